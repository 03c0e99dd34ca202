export { Broker, defaultBrokerSettings, type BrokerSettings } from './broker.js'
export { delivery, receiver, type Delivery, type Receiver } from './receiving.js'
export { outsideName, sendingContext, type Message, type PublishOptions, type SendingContext, type SendOptions } from './sending.js'
export type { DeliveryRecord } from './deliveries.js'
