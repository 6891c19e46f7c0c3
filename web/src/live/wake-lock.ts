/** Keeps the screen on while a page is shown, where the browser can. @returns Lets it go. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined
  let ended = false
  const take = async () => {
    if (document.visibilityState !== 'visible' || ended) return
    // It is let go whenever the page is hidden.
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
