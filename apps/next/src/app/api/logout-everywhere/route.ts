import { post } from '../../../answer.ts'
import { logoutEverywhere } from '../../../changes.ts'

export const POST = post(logoutEverywhere)
