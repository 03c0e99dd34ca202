/**
 * What an exercise is made of.
 *
 *     endpoint(name, handlers)          handlers for messages, behind a queue of their own
 *     service(name, routes)             routes for HTTP requests, behind a load balancer
 *     consumer(name, loop)              a queue with a receive loop of your own
 *     job(name, run)                    work that begins when its process starts
 *     put, insert, remove               writes for context.store.commit(…)
 *
 * Whatever crosses a process's border can fail, and says so by one of the errors below.
 */
export { consumer, endpoint, job, service } from './system/index.js'
export type { Context, HandlerContext, Handlers, Job, PipelineStep, ReceiveLoop, Routes } from './system/index.js'
export { insert, put, remove } from './store/index.js'
export type { Listed, StoreContext, Versioned, Write } from './store/index.js'
export type { Delivery, Message, PublishOptions, Receiver, SendOptions } from './broker/index.js'
export type { HttpClient, HttpRequest, HttpResponse } from './http/index.js'
export { ConcurrencyError, ConnectionError, LockLostError, TimeoutError, UnavailableError } from './simulation/index.js'
