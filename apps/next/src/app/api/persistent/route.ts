import { post } from '../../../answer.ts'
import { staySignedIn } from '../../../changes.ts'

export const POST = post(staySignedIn)
