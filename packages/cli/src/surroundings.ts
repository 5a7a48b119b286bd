import type { Answer } from './answer.ts'
import type { World } from './world.ts'

/** What commands work with. */
export interface Surroundings {
  readonly world: World
  /** Where a command's answer goes. */
  readonly tell: (answer: Answer) => void
}
