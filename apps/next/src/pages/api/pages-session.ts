import { cartBody, addToCart, errorBody, isTold, plain, refuseForeignOrigin, statusOf } from '@encrypted-session/demo'
import { readSession, updateSession } from '@encrypted-session/next/pages'
import type { NextApiRequest, NextApiResponse } from 'next'
import { sessions } from '../../sessions.ts'

/** GET tells who is signed in and what is in the cart, POST `{ item }` puts something in. */
export default async function handler(req: NextApiRequest, res: NextApiResponse) {
  try {
    if (req.method === 'POST') {
      const { origin, host } = req.headers
      refuseForeignOrigin({ method: req.method, origin, host })
      const { item } = cartBody(req.body)
      await updateSession(sessions, { req, res }, ({ data }) => {
        addToCart(data, item)
      })
    }
    const { subject = null, data } = await readSession(sessions, { req, res })
    res.json({ subject, cart: plain(data.cart) })
  } catch (error) {
    if (!isTold(error)) throw error
    res.status(statusOf(error)).json(errorBody(error))
  }
}
