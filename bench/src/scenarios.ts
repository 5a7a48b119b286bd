/** Which cookies come: always one and the same, or a different visitor's each time. */
export type Traffic = 'one visitor' | 'many visitors'

/** What a request asks for, and who asks. */
export interface Scenario {
  readonly path: '/read' | '/write'
  readonly traffic: Traffic
}

export const SCENARIOS: readonly Scenario[] = [
  { path: '/read', traffic: 'one visitor' },
  { path: '/read', traffic: 'many visitors' },
  { path: '/write', traffic: 'one visitor' },
  { path: '/write', traffic: 'many visitors' },
]
