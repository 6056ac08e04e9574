import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import type { Readable, Writable } from "node:stream";

export interface Spawned {
  /** What the process said in its first line of JSON. */
  ready: Record<string, unknown>;
  /** Asks the process to end and waits until it has. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface SpawnOptions {
  env?: NodeJS.ProcessEnv;
  cwd: string;
  /** First line of standard input, which stays open until the process is stopped. */
  input?: string;
  patience: number;
  /** Answers whether it can be used, for a program whose first line of JSON does not say so. */
  answers?: () => Promise<boolean>;
  /** How it is asked to end. */
  end: "SIGTERM" | "close-input";
}

const alive = new Set<ChildProcess>();

function killGroup(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

process.on("exit", () => {
  for (const child of alive) killGroup(child, "SIGKILL");
});

async function within<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a program in a process group of its own and waits for its first line of JSON. */
export async function start(program: string, args: string[], options: SpawnOptions): Promise<Spawned> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  }) as ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };
  alive.add(child);
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => {
    said.push(chunk.toString());
    if (said.length > 200) said.shift();
  });
  const ended = once(child, "exit").then(() => void alive.delete(child));
  if (options.input !== undefined) child.stdin.write(`${options.input}\n`);

  const line = (async () => {
    for await (const text of createInterface({ input: child.stdout })) {
      if (text.startsWith("{")) return JSON.parse(text) as Record<string, unknown>;
    }
    throw new Error(`${program} ended before it was ready:\n${said.join("")}`);
  })();

  const kill = async () => {
    killGroup(child, "SIGKILL");
    await ended;
  };
  const stop = async () => {
    if (options.end === "close-input") child.stdin.end();
    else child.kill("SIGTERM");
    try {
      await within(`${program} ending`, 30_000, ended);
    } finally {
      killGroup(child, "SIGKILL");
    }
  };

  try {
    const ready = await within(`${program} ready`, options.patience, line);
    child.stdout.resume();
    const { answers } = options;
    if (answers) {
      const poll = async () => {
        while (!(await answers().catch(() => false))) await setTimeoutPromise(100);
      };
      await within(`${program} answering`, options.patience, poll());
    }
    return { ready, stop, kill };
  } catch (error) {
    await kill();
    throw new Error(`${(error as Error).message}\n${said.join("").slice(-4000)}`, { cause: error });
  }
}
