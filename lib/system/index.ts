export { consumer, type ConsumerOptions, type ReceiveLoop } from './consumer.js'
export { makeContext, parts, type Context, type HandlerContext, type Parts } from './context.js'
export { describeThrown, endpoint, nameThrown, type EndpointOptions, type Handlers, type PipelineStep } from './endpoint.js'
export { service, type RouteHandler, type Routes, type ServiceOptions } from './service.js'
