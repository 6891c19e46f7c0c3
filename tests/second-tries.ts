import type { Reporter, TestModule } from 'vitest/node'

/** Names the tests that failed first and passed when they were tried again, with their first error. */
export class SecondTries implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        if (!test.diagnostic()?.flaky) continue
        const [error] = test.result().errors ?? []
        console.log(
          `SECOND TRY  ${module.relativeModuleId} > ${test.fullName}: ${error?.message.split('\n')[0]}`,
        )
      }
    }
  }
}
