export { wrap } from '../../story/wrap.js'
