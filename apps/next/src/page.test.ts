import { describeDemoPage } from '@encrypted-session/demo/tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { start } from './start.ts'

describeDemoPage({ start, framework: 'Next.js' }, { afterAll, beforeAll, describe, expect, it })
