import type { Defect } from './defect'
import { LIFE_CYCLE } from './defects-life-cycle'
import { MEMBERSHIPS } from './defects-memberships'
import { QUERIES } from './defects-queries'
import { TRANSPORT } from './defects-transport'
import { VALUES } from './defects-values'

/** Servers that are wrong in one thing each; together they raise every objection. */
export const DEFECTS: readonly Defect[] = [...TRANSPORT, ...QUERIES, ...LIFE_CYCLE, ...VALUES, ...MEMBERSHIPS]
