import { describe, expect, it } from "vitest";
import type { ApplicationEventKind } from "@/bindings";
import { applicationOf, formOf } from "@/testing/applicant";
import { digitsOf } from "./CodeField";
import { isRight, maskedLicence, problemOf, sameForm } from "./form";
import { gradeWord } from "@/lib/grade";
import { isEnough, rangesOf } from "./HospitalField";
import { imageTypeOf, isWhole, openKind } from "./images";
import { dueBy, marksOf } from "./progress";

describe("the form", () => {
  it("believes a check only about what stands there now", () => {
    const checked = { form: formOf({ licence_number: "12" }), problems: [{ field: "licence_number" as const, problem: "not_a_licence_number" as const }] };
    expect(problemOf(checked, checked.form, "licence_number")).toBe("not_a_licence_number");
    expect(problemOf(checked, formOf({ licence_number: "123" }), "licence_number")).toBeUndefined();
    expect(isRight(checked, checked.form, "work_phone")).toBe(true);
    expect(isRight(checked, formOf({ work_phone: "1" }), "work_phone")).toBe(false);
    expect(isRight(checked, checked.form, "licence_number")).toBe(false);
  });

  it("tells a listed hospital from the same name entered by hand", () => {
    expect(sameForm(formOf({}), formOf({}))).toBe(true);
    expect(sameForm(formOf({}), formOf({ workplace: { kind: "unlisted", name: "江州大学附属第一医院", city: "" } }))).toBe(false);
    expect(sameForm(formOf({}), formOf({ workplace: { kind: "listed", organization_id: "o-bh1", name: "江州大学附属第一医院" } }))).toBe(false);
  });

  it("shows four digits of a licence, and nothing of the rest", () => {
    expect(maskedLicence("990420000083517")).toBe("•••••••••••3517");
    expect(maskedLicence("•••••••••••3517")).toBe("•••••••••••3517");
  });
});

describe("the hospital", () => {
  it("is asked for once enough is typed", () => {
    expect(["江", "jz", "j", " j ", ""].map(isEnough)).toEqual([true, true, false, false, false]);
  });

  it("is marked where it was typed, and nowhere for pinyin", () => {
    expect(rangesOf("Jiangzhou University", "zhou u")).toEqual([[5, 11]]);
    expect(rangesOf("江州大学附属第一医院", "jzdx")).toEqual([]);
  });

  it("has its grade in the reader's language", () => {
    expect(gradeWord("三级甲等", "en")).toBe("Tertiary A");
    expect(gradeWord("二级", "en")).toBe("Secondary");
    expect(gradeWord("三级甲等", "zh-CN")).toBe("三级甲等");
    expect(gradeWord("社区", "en")).toBe("社区");
  });
});

it("takes six digits out of whatever was pasted", () => {
  expect(digitsOf("您的验证码是：４２８ 613。")).toBe("428613");
  expect(digitsOf("4286139")).toBe("428613");
  expect(digitsOf("no digits")).toBe("");
});

describe("images", () => {
  it("are known by their bytes, whatever their name says", () => {
    expect(imageTypeOf(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))).toBe("image/png");
    expect(imageTypeOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]))).toBe("image/jpeg");
    expect(imageTypeOf(new TextEncoder().encode("RIFF\0\0\0\0WEBPVP8 "))).toBe("image/webp");
    expect(imageTypeOf(new TextEncoder().encode("\0\0\0\x18ftypheic"))).toBeNull();
    expect(imageTypeOf(new Uint8Array())).toBeNull();
  });

  it("are whole or cut off, wherever they are cut", () => {
    // Eight grey pixels each way.
    const images = [
      "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAEElEQVR4nGOsYIAAJgaKGAAj0ACI5/8dTgAAAABJRU5ErkJggg==",
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AG1//9k=",
      "UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQvOIVr/+BiOh/AAA=",
    ].map((base64) => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)));
    for (const image of images) {
      const type = imageTypeOf(image);
      if (type === null) throw new Error("an image is needed");
      expect(isWhole(image, type)).toBe(true);
      // Some cameras add something behind the end.
      expect(isWhole(new Uint8Array([...image, 0, 0, 1]), type)).toBe(true);
      for (let length = 12; length < image.length - 12; length += 5) expect(isWhole(image.slice(0, length), type), `${type} of ${length} bytes`).toBe(false);
      if (type !== "image/webp") expect(isWhole(new Uint8Array([...image.slice(0, 24), ...new Uint8Array(500)]), type)).toBe(false);
    }
    // The preview in the head of a photograph is whole, the photograph is not.
    const [, jpeg = new Uint8Array()] = images;
    const length = jpeg.length + 2;
    expect(isWhole(new Uint8Array([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 0xff, ...jpeg, ...jpeg.slice(2, -2)]), "image/jpeg")).toBe(false);
  });

  it("go to the first kind that has none", () => {
    expect(openKind([])).toBe("licence");
    expect(openKind([{ kind: "other" }, { kind: "licence" }])).toBe("staff_card");
    expect(openKind([{ kind: "staff_card" }, { kind: "licence" }])).toBe("other");
  });
});

describe("the way of an application", () => {
  const at = (kind: ApplicationEventKind, hour: number) => ({ kind, at: `2026-07-14T${String(hour).padStart(2, "0")}:00:00Z` });
  const way = (status: "submitted" | "rejected", kinds: ApplicationEventKind[]) => marksOf(applicationOf({ status, events: kinds.map(at) })).map(({ kind, state, at: when }) => [kind, state, when?.slice(11, 13) ?? null]);

  it("counts a look at the application to the review that goes on, not to one that is over", () => {
    expect(way("submitted", ["email_confirmed", "submitted", "opened"])).toEqual([
      ["email_confirmed", "done", "00"], ["submitted", "done", "01"], ["review", "now", "02"], ["account", "next", null],
    ]);
    expect(way("submitted", ["submitted", "opened", "rejected", "submitted"])).toEqual([
      ["submitted", "done", "00"], ["rejected", "back", "02"], ["submitted", "done", "03"], ["review", "now", null], ["account", "next", null],
    ]);
    expect(way("rejected", ["submitted", "rejected"]).map(([kind]) => kind)).toEqual(["submitted", "rejected", "account"]);
  });

  it("has no tick of an e-mail that was confirmed before another took its place", () => {
    const events = [at("email_confirmed", 1), at("submitted", 2)];
    expect(marksOf(applicationOf({ status: "submitted", email_confirmed: false, events })).map(({ kind, state }) => [kind, state])).toEqual([
      ["submitted", "done"], ["email", "next"], ["review", "now"], ["account", "next"],
    ]);
    const again = [...events, at("email_confirmed", 3)];
    expect(marksOf(applicationOf({ status: "submitted", events: again })).map(({ kind }) => kind)).toEqual(["submitted", "email_confirmed", "review", "account"]);
  });

  it("is due after two working days, which weekends are not", () => {
    const day = (text: string) => new Date(dueBy(new Date(text).getTime())).getDate();
    expect(day("2026-07-14T20:05:00")).toBe(16);
    expect(day("2026-07-17T09:00:00")).toBe(21);
    expect(day("2026-07-18T09:00:00")).toBe(21);
  });
});
