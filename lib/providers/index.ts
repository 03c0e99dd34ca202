export { thirdParty, type Answer, type Availability, type ThirdPartyOptions, type ThirdPartyRequest } from './third-party.js'
