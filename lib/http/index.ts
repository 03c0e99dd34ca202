export { browser, type Browser, type BrowserOptions, type Click } from './browser.js'
export { httpClient, type HttpClient, type RequestOptions } from './client.js'
export { fromWireResponse, toWireResponse, type HttpRequest, type HttpResponse, type Method, type RouteResult, type WireRequest, type WireResponse } from './messages.js'
export { Network, respond, type RequestRecord, type Responder, type ResponderOutcome } from './network.js'
