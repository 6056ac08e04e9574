/** Whether nothing of it can be seen: white space, and characters that are drawn as nothing, the empty pattern of Braille among them. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(text);
}
