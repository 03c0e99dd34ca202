import { proveModule } from '../proof.js'

proveModule(2)
