/** Keeps the screen on while the page is visible, if the browser supports it. @returns A function that releases the lock. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined
  let ended = false
  const take = async () => {
    if (document.visibilityState !== 'visible' || ended) return
    // The browser releases the lock whenever the page is hidden.
    const taken = await navigator.wakeLock?.request('screen').catch(() => undefined)
    if (ended) void taken?.release()
    else lock = taken
  }
  void take()
  document.addEventListener('visibilitychange', take)
  return () => {
    ended = true
    document.removeEventListener('visibilitychange', take)
    void lock?.release()
  }
}
