export { Broker, defaultBrokerSettings, type BrokerSettings } from './broker.js'
export { counted, countOf, defineCount, receiver, settleDelivery, type Counted, type Delivery, type Receiver, type Settlement } from './receiving.js'
export { sendingContext, type Message, type PublishOptions, type SendingContext, type SendOptions } from './sending.js'
export type { DeliveryRecord } from './deliveries.js'
