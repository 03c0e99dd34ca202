import { proveModule } from './exercise-proof.js'

proveModule(7)
