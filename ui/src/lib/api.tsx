import { type ReactNode, createContext, use, useEffect, useState } from "react";
import type { Commands, ListUpdate, Subscriptions } from "@/bindings";
import type { Desktop, MediaUrl, Platform, PlatformError, SavedFile, Unsubscribe } from "@/platform/types";
import { ListGap, applyUpdate } from "./live-list";

export type CommandName = keyof Commands;
export type SubscriptionName = keyof Subscriptions;

/** A command or subscription that takes nothing is called without an input. */
type InputOf<I> = I extends null ? [] : [input: I];

/** The platform with the types of the contract. */
export interface Api {
  call<C extends CommandName>(command: C, ...input: InputOf<Commands[C]["input"]>): Promise<Commands[C]["output"]>;
  subscribe<S extends SubscriptionName>(
    subscription: S,
    input: Subscriptions[S]["input"],
    onEvent: (event: Subscriptions[S]["event"]) => void,
    onError?: (error: PlatformError) => void,
  ): Unsubscribe;
  upload(bytes: Uint8Array, contentType: string): Promise<string>;
  mediaUrl(path: string): Promise<MediaUrl>;
  saveFile(file: SavedFile): Promise<boolean>;
  saveMedia(path: string, name: string): Promise<boolean>;
  /** What only the desktop shell has; null in a browser. */
  readonly desktop: Desktop | null;
}

export function createApi(platform: Platform): Api {
  return {
    call: (command, ...input) => platform.invoke(command, input[0] ?? null) as Promise<never>,
    subscribe: (subscription, input, onEvent, onError) =>
      platform.subscribe(subscription, input, (event) => onEvent(event as never), onError ?? (() => undefined)),
    upload: (bytes, contentType) => platform.upload(bytes, contentType),
    mediaUrl: (path) => platform.mediaUrl(path),
    saveFile: (file) => platform.saveFile(file),
    saveMedia: (path, name) => platform.saveMedia(path, name),
    desktop: platform.desktop,
  };
}

const ApiContext = createContext<Api | null>(null);

export function ApiProvider({ api, children }: { api: Api; children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error("useApi outside of ApiProvider");
  return api;
}

export interface Latest<T> {
  /** The last event; undefined until the first. */
  value: T | undefined;
  error: PlatformError | undefined;
}

const AGAIN_MS = 2_000;

/**
 * A subscription for as long as somebody looks: one that fails is reported and opened again, so that no screen stays
 * with an error that has passed. `onEvent` throws `ListGap` to have it opened anew at once.
 */
export function keepSubscribed<S extends SubscriptionName>(
  api: Api,
  subscription: S,
  input: Subscriptions[S]["input"],
  onEvent: (event: Subscriptions[S]["event"]) => void,
  onError: (error: PlatformError) => void,
): Unsubscribe {
  let stop: Unsubscribe = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stop = api.subscribe(
      subscription,
      input,
      (event) => {
        try {
          onEvent(event);
        } catch (error) {
          if (!(error instanceof ListGap)) throw error;
          stop();
          open();
        }
      },
      (error) => {
        onError(error);
        timer = setTimeout(open, AGAIN_MS);
      },
    );
  };
  open();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** The latest event of a subscription whose events each say everything. */
export function useLatest<S extends SubscriptionName>(subscription: S, input: Subscriptions[S]["input"]): Latest<Subscriptions[S]["event"]> {
  const api = useApi();
  const key = JSON.stringify(input);
  const [state, setState] = useState<Latest<Subscriptions[S]["event"]> & { key: string }>({ key, value: undefined, error: undefined });
  useEffect(
    () =>
      keepSubscribed(
        api,
        subscription,
        JSON.parse(key) as Subscriptions[S]["input"],
        (value) => setState({ key, value, error: undefined }),
        (error) => setState({ key, value: undefined, error }),
      ),
    [api, subscription, key],
  );
  // What belonged to another input is not shown for this one, not even for a frame.
  return state.key === key ? state : { value: undefined, error: undefined };
}

/** Subscriptions whose events are updates of one list. */
type ListSubscription = { [S in SubscriptionName]: Subscriptions[S]["event"] extends ListUpdate<unknown> ? S : never }[SubscriptionName];
type ItemOf<S extends ListSubscription> = Subscriptions[S]["event"] extends ListUpdate<infer T> ? T : never;

/** A live list; undefined until its first reset. A batch that does not fit has the list asked for again. */
export function useLiveList<S extends ListSubscription>(subscription: S, input: Subscriptions[S]["input"]): Latest<readonly ItemOf<S>[]> {
  const api = useApi();
  const key = JSON.stringify(input);
  const [state, setState] = useState<Latest<readonly ItemOf<S>[]> & { key: string }>({ key, value: undefined, error: undefined });
  useEffect(() => {
    let list: readonly ItemOf<S>[] = [];
    return keepSubscribed(
      api,
      subscription,
      JSON.parse(key) as Subscriptions[S]["input"],
      (update) => {
        list = applyUpdate(list, update as ListUpdate<ItemOf<S>>);
        setState({ key, value: list, error: undefined });
      },
      (error) => setState((before) => ({ key, value: before.key === key ? before.value : undefined, error })),
    );
  }, [api, subscription, key]);
  return state.key === key ? state : { value: undefined, error: undefined };
}
