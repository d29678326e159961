import type { Reporter, TestCase, TestModule, TestSpecification } from "vitest/node";

/** Longer tests are printed as they end: a file that takes minutes must show that it is alive. */
const SLOW_TEST_MS = 2_000;

interface Group {
  startedAt: number;
  waiting: number;
  tests: number;
  failed: number;
}

/** Prints a line for each slow test and for each finished group of files, beside what vitest itself prints. */
export default class ProgressReporter implements Reporter {
  readonly #groups = new Map<string, Group>();

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#groups.clear();
    for (const { project } of specifications) {
      const group = this.#groups.get(project.name) ?? { startedAt: 0, waiting: 0, tests: 0, failed: 0 };
      group.waiting += 1;
      this.#groups.set(project.name, group);
    }
  }

  onTestModuleQueued({ project }: TestModule): void {
    const group = this.#groups.get(project.name);
    if (group) group.startedAt ||= performance.now();
  }

  onTestCaseResult(test: TestCase): void {
    const duration = test.diagnostic()?.duration ?? 0;
    if (duration < SLOW_TEST_MS) return;
    const mark = test.result().state === "failed" ? "failed" : "done";
    print(`${test.project.name}: ${mark} in ${seconds(duration)}: ${test.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    const name = module.project.name;
    const group = this.#groups.get(name);
    if (!group) return;
    const tests = [...module.children.allTests()];
    group.waiting -= 1;
    group.tests += tests.length;
    group.failed += tests.filter((test) => test.result().state === "failed").length;
    if (group.waiting > 0) return;
    const result = group.failed === 0 ? "" : `, ${group.failed} FAILED`;
    print(`group ${name}: ${group.tests} tests in ${seconds(performance.now() - group.startedAt)}${result}`);
  }
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
