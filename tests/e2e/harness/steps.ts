import type { Locator, Page } from "playwright-core";

/** A section of the window, by the name that its link in the rail has. */
export async function goTo(page: Page, section: string | RegExp): Promise<void> {
  await page.getByRole("navigation").first().getByRole("link", { name: section }).click();
}

/** The whole directory is on this machine. */
export async function directoryIsWhole(page: Page): Promise<void> {
  await goTo(page, /^Directory/);
  await page.getByText(/^As of /).waitFor();
}

export function rows(page: Page): Locator {
  return page.getByRole("listbox", { name: "Colleagues" }).getByRole("option");
}

/** Types into the directory's search and waits until the first row is this person. */
export async function search(page: Page, text: string, first: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Search colleagues" }).fill(text);
  await rows(page).first().filter({ hasText: first }).waitFor();
}

/** From the directory to the conversation with the colleague. */
export async function writeTo(page: Page, searched: string, name: string): Promise<void> {
  await search(page, searched, name);
  await rows(page).first().click();
  await page.getByRole("button", { name: "Message", exact: true }).click();
  await field(page, name).waitFor();
}

/** Where one writes to this colleague. */
export function field(page: Page, name: string): Locator {
  return page.getByRole("textbox", { name: `Message to ${name}` });
}

export async function send(page: Page, name: string, text: string): Promise<void> {
  await field(page, name).fill(text);
  await field(page, name).press("Enter");
  await messages(page).getByText(text, { exact: true }).waitFor();
}

/** The open conversation. */
export function messages(page: Page): Locator {
  return page.getByRole("log");
}

/** Opens the conversation with this colleague or group from the list. */
export async function openChat(page: Page, name: string): Promise<void> {
  await goTo(page, /^Chats/);
  // Behind the letters of the picture: further on stands who wrote last in a group.
  const called = new RegExp(`^.{0,4}${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u");
  await page.getByRole("listbox", { name: "Chats" }).getByRole("option").filter({ hasText: called }).click();
}

/** A verifier who has an application open asks its applicant for more. */
export async function askForMore(review: Page, note: string): Promise<void> {
  await review.getByRole("radio", { name: "Ask for more" }).click();
  await review.getByRole("radiogroup", { name: "Reason" }).getByRole("radio").first().click();
  await review.getByRole("textbox", { name: /Note to the applicant/ }).fill(note);
  await review.getByRole("button", { name: "Ask the applicant" }).click();
  await review.getByRole("button", { name: "Next application" }).click();
}

/** The applicant reads that note, adds a second image, and sends the application again. */
export async function sendAgain(page: Page, note: string, kind: "staff_card" | "other", image: Buffer): Promise<void> {
  await page.getByRole("heading", { name: "Something is missing" }).waitFor();
  await page.getByText(note).first().waitFor();
  await page.getByRole("button", { name: "Correct and send again" }).click();
  await page.getByRole("button", { name: "Next: evidence" }).click();
  await page.getByTestId(`file-${kind}`).setInputFiles({ name: `${kind}.png`, mimeType: "image/png", buffer: image });
  await page.getByText(/^Sent, /).nth(1).waitFor();
  await page.getByRole("button", { name: "Send application" }).click();
  await page.getByRole("heading", { name: "Application under review" }).waitFor();
}
