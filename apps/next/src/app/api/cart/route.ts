import { post } from '../../../answer.ts'
import { fillCart } from '../../../changes.ts'

export const POST = post(fillCart)
