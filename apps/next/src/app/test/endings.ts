import { forbidden, notFound, redirect, unauthorized } from 'next/navigation'

/** How a handler or an action can end without returning. */
export const endings = {
  redirect: () => redirect('/test/component'),
  notFound: () => notFound(),
  forbidden: () => forbidden(),
  unauthorized: () => unauthorized(),
  error: () => {
    throw new Error('Failed, as asked.')
  },
} as const satisfies Readonly<Record<string, () => never>>

export function isEnding(value: unknown): value is keyof typeof endings {
  return typeof value === 'string' && Object.hasOwn(endings, value)
}
