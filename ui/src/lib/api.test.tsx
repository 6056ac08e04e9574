import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Conversation, ListUpdate } from "@/bindings";
import type { Platform } from "@/platform/types";
import { PlatformError } from "@/platform/types";
import { ApiProvider, createApi, useLiveList } from "./api";

type Opened = { onEvent: (event: ListUpdate<Conversation>) => void; onError: (error: PlatformError) => void; stopped: boolean };

let opened: Opened[];

function Rooms() {
  const { value, error } = useLiveList("conversations", null);
  return <p>{error ? error.code : (value?.map(({ room_id }) => room_id).join(" ") ?? "waiting")}</p>;
}

const room = (id: string) => ({ room_id: id }) as Conversation;

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  const platform: Partial<Platform> = {
    subscribe: (_subscription, _input, onEvent, onError) => {
      const one: Opened = { onEvent, onError, stopped: false };
      opened.push(one);
      return () => { one.stopped = true; };
    },
  };
  render(<ApiProvider api={createApi(platform as Platform)}><Rooms /></ApiProvider>);
});
afterEach(() => vi.useRealTimers());

it("asks for a list again when a batch does not fit it, rather than showing a wrong one", () => {
  act(() => opened[0]?.onEvent({ type: "reset", items: [room("a")] }));
  expect(screen.getByText("a")).toBeInTheDocument();
  act(() => opened[0]?.onEvent({ type: "batch", ops: [{ op: "remove", index: 3 }] }));
  expect(opened[0]?.stopped).toBe(true);
  expect(screen.getByText("a")).toBeInTheDocument();
  act(() => opened[1]?.onEvent({ type: "reset", items: [room("a"), room("b")] }));
  expect(screen.getByText("a b")).toBeInTheDocument();
});

it("says why there is no list, and tries again by itself", () => {
  act(() => opened[0]?.onError(new PlatformError({ code: "server_trouble", message: "" })));
  expect(screen.getByText("server_trouble")).toBeInTheDocument();
  act(() => void vi.advanceTimersByTime(2_000));
  act(() => opened[1]?.onEvent({ type: "reset", items: [] }));
  expect(screen.queryByText("server_trouble")).not.toBeInTheDocument();
});
