export { thirdParty, type Answer, type Availability, type Moment, type ThirdPartyOptions, type ThirdPartyRequest } from './third-party.js'
export { answerPayment, declinedCard, goodCard, keyRetention, paymentProvider, paymentRecords, type Charge, type PaymentProviderOptions, type PaymentRecords, type Refund } from './payments.js'
export { answerLogistics, backlog, logisticsProvider, logisticsRecords, notServed, queryLag, type LogisticsRecords, type Shipment } from './logistics.js'
export { answerEmail, emailProvider, emailRecords, type Email, type EmailRecords } from './emails.js'
