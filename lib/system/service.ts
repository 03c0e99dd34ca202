import { respond, toWireResponse, type HttpRequest, type RequestRecord, type RouteResult, type WireRequest } from '../http/index.js'
import { HarnessError, MisuseError, type Node, type NodeDefinition, type Task, type World } from '../simulation/index.js'
import { checkInstances, checkName, checkOptions, started } from './definition.js'
import { makeContext, parts, type Context } from './context.js'
import { describeThrown } from './thrown.js'
import { matchRoute, parseRoutes, type Route } from './routes.js'

export type RouteHandler<Name extends string = string> = (request: HttpRequest<Name>, context: Context) => Promise<RouteResult>

/** Routes by method and path: `'POST /carts/:cartId/submission'`. A route that throws answers 500. */
export type Routes<Route extends string = string> = { readonly [R in Route]: RouteHandler<PathParameters<R>> }

/** `'cartId'` for `'POST /carts/:cartId/submission'` */
type PathParameters<Route extends string> = Route extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathParameters<`/${Rest}`>
  : Route extends `${string}:${infer Name}`
    ? Name
    : never

export interface ServiceOptions {
  /** How many processes a load balancer chooses from. Default 2. */
  readonly instances?: number
  /** How many requests one process handles at the same time. Default 1. */
  readonly concurrency?: number
}

/**
 * A service: routes behind a load balancer, and a store of its own. With a function in place of the routes, each process makes its
 * own, and may keep something in memory: it is gone after a crash, and no other instance sees it.
 */
export function service<const Name extends string, const Route extends string>(name: Name, routes: Routes<Route> | (() => Routes<Route>), options: ServiceOptions = {}): NodeDefinition<Name> {
  checkName(name, 'service')
  checkOptions(options, ['instances', 'concurrency'], `service('${name}')`)
  const made = typeof routes === 'function' ? routes : () => routes
  const parsed = typeof routes === 'function' ? undefined : parseRoutes<RouteHandler>(name, routes)
  return {
    name,
    kind: 'service',
    instances: checkInstances(options.instances ?? 2, name),
    concurrency: checkInstances(options.concurrency ?? 1, name),
    keepsMemory: typeof routes === 'function',
    crashes: true,
    install(world: World, node: Node) {
      parts(world).network.registerService(node)
    },
    boot: () => parsed ?? parseRoutes<RouteHandler>(name, started(`service('${name}')`, made)),
    run: handleRequest,
  }
}

async function handleRequest(task: Task, world: World): Promise<void> {
  const { process } = task
  const all = parts(world)
  const { request: wire, client, exchange } = task.payload as RequestRecord
  const routes = process.memory as readonly Route<RouteHandler>[]
  const match = matchRoute(routes, wire.method, wire.path)
  if (match === undefined) throw unknownRoute(process.node.name, wire, routes)
  const { route, params } = match
  const request: HttpRequest = {
    method: wire.method,
    path: wire.path,
    params,
    query: wire.query,
    headers: wire.headers,
    body: wire.text === undefined ? undefined : (JSON.parse(wire.text) as unknown),
  }
  let result: RouteResult
  let thrown: { readonly error: unknown } | undefined
  try {
    result = await route.handler(request, makeContext(all, task))
  } catch (error) {
    if (error instanceof MisuseError || error instanceof HarnessError) throw error
    thrown = { error }
    process.host.noteThrown(task, error)
    result = { status: 500, body: { error: describeThrown(error) } }
  }
  task.leave(thrown)
  await respond(all.network, task, { client, exchange }, toWireResponse(result, route.text), `${wire.method} ${wire.path}`)
}

function unknownRoute(name: string, wire: WireRequest, routes: readonly Route<unknown>[]): MisuseError {
  return new MisuseError('unknown-route', {
    what: `${name} has no route for ${wire.method} ${wire.path}.`,
    why: 'Whoever sent the request would get a 404.',
    next: `Routes of ${name}: ${routes.map((route) => route.text).join(', ') || 'none'}.`,
  })
}
