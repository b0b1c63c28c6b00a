/** Trips before an operation on a tenant begins: of a setup link its row, then the tenant and its settings; a key is remembered. */
export const OPENING = { link: 3, product: 2 } as const
