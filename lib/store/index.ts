export { insert, prepare, put, remove, type Condition, type Write } from './writes.js'
export { Stores, type Listed, type StoreContext, type Versioned } from './store.js'
export { Database } from './database.js'
export { requireSqlite, sqlite } from './sqlite/choose.js'
