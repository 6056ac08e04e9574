import {
  Navigate,
  Outlet,
  type RouterHistory,
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  useMatches,
} from "@tanstack/react-router";
import { ChatsScreen } from "@/features/chat/ChatsScreen";
import { DirectoryScreen } from "@/features/directory/DirectoryScreen";
import { HospitalsScreen } from "@/features/directory/HospitalsScreen";
import { ChangeScreen } from "@/features/entry/change/ChangeScreen";
import { CHANGE_KINDS, type ChangeKind } from "@/features/entry/change/change";
import { EntryPage } from "@/features/entry/EntryPage";
import { RegistrationScreen } from "@/features/registration/RegistrationScreen";
import { ReviewScreen } from "@/features/review/ReviewScreen";
import { AboutPage } from "@/features/settings/AboutPage";
import { AccountPage } from "@/features/settings/AccountPage";
import { AppearancePage } from "@/features/settings/AppearancePage";
import { SecurityPage } from "@/features/security/SecurityPage";
import { NotificationsPage } from "@/features/settings/NotificationsPage";
import { DirectoryPage } from "@/features/settings/DirectoryPage";
import { SettingsScreen } from "@/features/settings/SettingsScreen";
import { ForgotPasswordScreen } from "@/features/sign-in/ForgotPasswordScreen";
import { SignInScreen } from "@/features/sign-in/SignInScreen";
import { useLatest } from "@/lib/api";
import { Shell } from "./Shell";
import { Starting } from "./Waiting";
import { useAppState, useIsVerifier } from "./state";

/** Screens of somebody who is not signed in. */
const SIGNED_OUT = ["/sign-in", "/register", "/forgot-password"];

function Root() {
  const { session } = useAppState();
  // By what is matched, not by the address: that changes first, while the screen of before is still the outlet's.
  const path = useMatches({ select: (matches) => matches.at(-1)?.fullPath ?? "/" });
  const outside = SIGNED_OUT.includes(path);
  if (session?.state === "signed_in") return outside ? <Navigate to="/directory" /> : <Shell />;
  return outside ? <Outlet /> : <SignedOutStart />;
}

/** Somebody whose application is under way comes back to it, not to a sign-in they cannot do yet. */
function SignedOutStart() {
  const registration = useLatest("registration", null);
  if (registration.value === undefined && registration.error === undefined) return <Starting />;
  const status = registration.value?.application?.status;
  const underWay = status !== undefined && status !== "active" && status !== "withdrawn";
  return <Navigate to={underWay ? "/register" : "/sign-in"} />;
}

function ReviewGate() {
  return useIsVerifier() ? <ReviewScreen /> : <Navigate to="/chats" />;
}

const root = createRootRoute({ component: Root });
const at = <P extends string>(path: P, component: () => React.ReactNode) => createRoute({ getParentRoute: () => root, path, component });

/** Those of the parameters that are there and are texts. A number was one before the address was read. */
function texts<K extends string>(search: Record<string, unknown>, keys: readonly K[]): { [key in K]?: string } {
  const found = keys.flatMap((key) => {
    const value = search[key];
    return typeof value === "string" || typeof value === "number" ? [[key, String(value)]] : [];
  });
  return Object.fromEntries(found) as { [key in K]?: string };
}

const index = at("/", () => <Navigate to="/chats" />);
const signIn = at("/sign-in", SignInScreen);
const forgotPassword = at("/forgot-password", ForgotPasswordScreen);
const register = at("/register", RegistrationScreen);

const chats = createRoute({
  getParentRoute: () => root,
  path: "/chats",
  component: ChatsScreen,
  // Both are taken out again once it was gone there: an event of the conversation, and what to look for.
  validateSearch: (search: Record<string, unknown>): { message?: string; find?: string } => texts(search, ["message", "find"]),
});
const room = createRoute({ getParentRoute: () => chats, path: "$roomId" });

const directory = createRoute({
  getParentRoute: () => root,
  path: "/directory",
  component: DirectoryScreen,
  validateSearch: (search: Record<string, unknown>): { focus?: "search"; text?: string; colleague?: string; hospital?: string; department?: string } => ({
    ...(search["focus"] === "search" ? { focus: "search" as const } : {}),
    ...texts(search, ["text", "colleague", "hospital", "department"]),
  }),
});

const hospitals = createRoute({
  getParentRoute: () => root,
  path: "/directory/hospitals",
  component: HospitalsScreen,
  validateSearch: (search: Record<string, unknown>): { province?: string; city?: string; text?: string } => texts(search, ["province", "city", "text"]),
});
const hospital = createRoute({ getParentRoute: () => hospitals, path: "$organizationId" });

const review = createRoute({
  getParentRoute: () => root,
  path: "/review",
  component: ReviewGate,
  validateSearch: (search: Record<string, unknown>): { application?: string; entry?: string } => texts(search, ["application", "entry"]),
});

// Beside the settings: what is applied for has the whole window, as a registration has.
const change = createRoute({
  getParentRoute: () => root,
  path: "/settings/entry/change",
  component: ChangeScreen,
  validateSearch: (search: Record<string, unknown>): { kind?: ChangeKind } => {
    const kind = CHANGE_KINDS.find((each) => each === search["kind"]);
    return kind ? { kind } : {};
  },
});
const settings = at("/settings", SettingsScreen);
const settingsIndex = createRoute({ getParentRoute: () => settings, path: "/", component: () => <Navigate to="/settings/appearance" /> });
const entry = createRoute({ getParentRoute: () => settings, path: "entry", component: EntryPage });
const account = createRoute({ getParentRoute: () => settings, path: "account", component: AccountPage });
const security = createRoute({ getParentRoute: () => settings, path: "security", component: SecurityPage });
const notifications = createRoute({ getParentRoute: () => settings, path: "notifications", component: NotificationsPage });
const keptDirectory = createRoute({ getParentRoute: () => settings, path: "directory", component: DirectoryPage });
const appearance = createRoute({ getParentRoute: () => settings, path: "appearance", component: AppearancePage });
const about = createRoute({ getParentRoute: () => settings, path: "about", component: AboutPage });

const tree = root.addChildren([
  index,
  signIn,
  forgotPassword,
  register,
  chats.addChildren([room]),
  directory,
  hospitals.addChildren([hospital]),
  review,
  change,
  settings.addChildren([settingsIndex, entry, security, notifications, keptDirectory, account, appearance, about]),
]);

/** Hash history: the page's own path belongs to Tauri's protocol and to the development host. */
export function createAppRouter(history: RouterHistory = createHashHistory()) {
  return createRouter({ routeTree: tree, history, scrollRestoration: false, defaultNotFoundComponent: () => <Navigate to="/" /> });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
