import { describe, expect, it } from 'vitest'
import { days, hours, minutes } from '../base/time.ts'
import type { Claims } from '../codec/record.ts'
import {
  aal1,
  aal2,
  aal3,
  endedReason,
  expiresAt,
  type LifetimesOptions,
  maxAgeOf,
  resolveLifetimes,
} from './lifetime.ts'

const containing = (text: string): unknown => expect.stringContaining(text)

const NOW = 1_800_000_000
const claims = (more: Partial<Claims> = {}): Claims => ({
  id: new Uint8Array(16),
  createdAt: NOW,
  sealedAt: NOW,
  persistent: false,
  ...more,
})

describe('resolveLifetimes', () => {
  it.each<[name: string, options: LifetimesOptions, transient: object, persistent: object]>([
    [
      'nothing',
      {},
      { absolute: days(7), idle: hours(24), extendAfter: 8640 },
      { absolute: days(7), idle: hours(24), extendAfter: 8640 },
    ],
    [
      'an absolute under a day',
      { absolute: hours(3) },
      { absolute: hours(3), idle: hours(3), extendAfter: 1080 },
      { absolute: hours(3) },
    ],
    ['no idle', { idle: 'off' }, { absolute: days(7), idle: Infinity, extendAfter: Infinity }, { idle: Infinity }],
    [
      'its own extendAfter',
      { idle: 100, extendAfter: 49 },
      { idle: 100, extendAfter: 49 },
      { idle: 100, extendAfter: 49 },
    ],
    [
      'limits of its own for persistent sessions',
      { idle: hours(1), persistent: { absolute: days(30), idle: days(10) } },
      { absolute: days(7), idle: hours(1) },
      { absolute: days(30), idle: days(10), extendAfter: days(1) },
    ],
    [
      'one limit of its own for persistent sessions',
      { absolute: days(1), idle: hours(1), persistent: { absolute: days(30) } },
      { absolute: days(1), idle: hours(1) },
      { absolute: days(30), idle: days(30), extendAfter: days(3) },
    ],
    [
      'one idle limit of its own for persistent sessions',
      { absolute: days(9), idle: hours(1), persistent: { idle: days(2) } },
      { idle: hours(1) },
      { absolute: days(9), idle: days(2) },
    ],
    [
      'a shorter absolute one for persistent sessions',
      { absolute: days(2), idle: days(1), persistent: { absolute: hours(1) } },
      { idle: days(1) },
      { absolute: hours(1), idle: hours(1) },
    ],
    ['aal1', aal1, { absolute: days(30), idle: Infinity }, { absolute: days(30), idle: Infinity }],
    [
      'aal2',
      aal2,
      { absolute: hours(24), idle: hours(1), extendAfter: minutes(6) },
      { absolute: hours(24), idle: hours(1) },
    ],
    [
      'aal3',
      aal3,
      { absolute: hours(12), idle: minutes(15), extendAfter: 90 },
      { absolute: hours(12), idle: minutes(15) },
    ],
  ])('given %s, has the limits of both kinds of session', (_, options, transient, persistent) => {
    expect(resolveLifetimes(options)).toMatchObject({ transient, persistent, notBefore: 0 })
  })

  it.each<[options: LifetimesOptions, message: string]>([
    [{ absolute: 0 }, 'lifetime.absolute must be whole seconds from 1 to 315360000.'],
    [{ absolute: -1 }, 'lifetime.absolute must be'],
    [{ absolute: 1.5 }, 'lifetime.absolute must be'],
    [{ absolute: Number.NaN }, 'lifetime.absolute must be'],
    [{ absolute: Number.POSITIVE_INFINITY }, 'lifetime.absolute must be'],
    [{ idle: 0 }, 'lifetime.idle, unless "off", must be whole seconds from 1 to 604800.'],
    [{ idle: 0.5 }, 'lifetime.idle, unless "off", must be'],
    [{ idle: 100, extendAfter: 50 }, 'lifetime.extendAfter must be whole seconds from 0 to 49.'],
    [{ idle: 100, extendAfter: -1 }, 'lifetime.extendAfter must be whole seconds from 0 to 49.'],
    [{ idle: 'off', extendAfter: -1 }, 'lifetime.extendAfter must be whole seconds from 0 to'],
    [{ notBefore: -1 }, 'lifetime.notBefore must be whole seconds from 0 to'],
    [{ persistent: { absolute: 0 } }, 'lifetime.persistent.absolute must be'],
    [
      { extendAfter: 600, persistent: { idle: 1000 } },
      'lifetime.persistent.extendAfter must be whole seconds from 0 to 499.',
    ],
  ])('refuses %j and says what to do', (options, message) => {
    expect(() => resolveLifetimes(options)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTIONS_INVALID', message: containing(message) }),
    )
  })
})

describe('endedReason', () => {
  const limits: LifetimesOptions = {
    absolute: 1000,
    idle: 100,
    persistent: { absolute: 2000, idle: 500 },
    notBefore: NOW - 10_000,
  }

  it.each<[name: string, claims: Partial<Claims>, reason: string | undefined]>([
    ['new', {}, undefined],
    ['one second before its absolute end', { createdAt: NOW - 999 }, undefined],
    ['at its absolute end', { createdAt: NOW - 1000 }, 'expired'],
    ['one second before its idle end', { createdAt: NOW - 500, sealedAt: NOW - 99 }, undefined],
    ['at its idle end', { createdAt: NOW - 500, sealedAt: NOW - 100 }, 'idle'],
    ['past both', { createdAt: NOW - 1000, sealedAt: NOW - 100 }, 'expired'],
    ['created 121 s ahead of this server', { createdAt: NOW + 121, sealedAt: NOW + 121 }, undefined],
    ['created 122 s ahead', { createdAt: NOW + 122, sealedAt: NOW + 122 }, 'not-yet-valid'],
    ['sealed 121 s ahead', { sealedAt: NOW + 121 }, undefined],
    ['sealed 122 s ahead', { sealedAt: NOW + 122 }, 'not-yet-valid'],
    [
      'persistent, past the limits of others',
      { persistent: true, createdAt: NOW - 1500, sealedAt: NOW - 400 },
      undefined,
    ],
    ['persistent, at its absolute end', { persistent: true, createdAt: NOW - 2000 }, 'expired'],
    ['persistent, at its idle end', { persistent: true, createdAt: NOW - 1500, sealedAt: NOW - 500 }, 'idle'],
    ['created before notBefore', { createdAt: NOW - 10_001 }, 'revoked'],
  ])('a session that is %s', (_, more, reason) => {
    expect(endedReason(claims(more), NOW, resolveLifetimes(limits))).toBe(reason)
  })

  it('ends no session for idleness when idle is off', () => {
    const lifetimes = resolveLifetimes({ absolute: days(400), idle: 'off' })
    expect(
      endedReason(claims({ createdAt: NOW - days(399), sealedAt: NOW - days(399) }), NOW, lifetimes),
    ).toBeUndefined()
  })

  it('lets a session live that was created at notBefore', () => {
    expect(endedReason(claims(), NOW, resolveLifetimes({ notBefore: NOW }))).toBeUndefined()
    expect(endedReason(claims({ createdAt: NOW - 1 }), NOW, resolveLifetimes({ notBefore: NOW }))).toBe('revoked')
  })
})

describe('expiresAt and maxAgeOf', () => {
  it.each<
    [name: string, options: LifetimesOptions, claims: Partial<Claims>, expires: number, maxAge: number | undefined]
  >([
    ['a session until the browser closes', { absolute: 1000, idle: 100 }, {}, NOW + 100, undefined],
    ['a persistent one, idle sooner', { absolute: 1000, idle: 100 }, { persistent: true }, NOW + 100, 100],
    ['a persistent one, old', { absolute: 1000, idle: 100 }, { persistent: true, createdAt: NOW - 950 }, NOW + 50, 50],
    ['a persistent one without idle', { absolute: 1000, idle: 'off' }, { persistent: true }, NOW + 1000, 1000],
    [
      'a persistent one with limits of its own',
      { absolute: 10, persistent: { absolute: days(30), idle: days(9) } },
      { persistent: true },
      NOW + days(9),
      days(9),
    ],
    [
      'a persistent one for years: RFC 6265bis caps Max-Age at 400 days',
      { absolute: days(1000), idle: 'off' },
      { persistent: true },
      NOW + days(1000),
      days(400),
    ],
    [
      'a persistent one at its very end: 0 would delete it',
      { absolute: 1000, idle: 'off' },
      { persistent: true, createdAt: NOW - 1000 },
      NOW,
      1,
    ],
  ])('%s', (_, options, more, expires, maxAge) => {
    const lifetimes = resolveLifetimes(options)
    expect(expiresAt(claims(more), lifetimes)).toBe(expires)
    expect(maxAgeOf(claims(more), NOW, lifetimes)).toBe(maxAge)
  })
})
