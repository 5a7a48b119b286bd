import { afterEach, expect, it, vi } from 'vitest'
import { later } from './later.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('calls back after so many milliseconds, once', () => {
  vi.useFakeTimers()
  const call = vi.fn()
  later(call, 100)
  vi.advanceTimersByTime(99)
  expect(call).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1000)
  expect(call).toHaveBeenCalledOnce()
})

it('does not call what was called off', () => {
  vi.useFakeTimers()
  const call = vi.fn()
  later(call, 100)()
  vi.advanceTimersByTime(1000)
  expect(call).not.toHaveBeenCalled()
})

it('keeps no process from ending', () => {
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const callOff = later(() => undefined, 1000)
  const timer: unknown = timers.mock.results.at(-1)?.value
  timers.mockRestore()
  expect(timer).toMatchObject({ hasRef: expect.any(Function) as unknown })
  expect((timer as { hasRef(): boolean }).hasRef()).toBe(false)
  callOff()
})
