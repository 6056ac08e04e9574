/** Whether the image behind `url` can be shown whole: its first bytes may promise more than the rest holds. */
export async function isShowable(url: string): Promise<boolean> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return true;
  } catch {
    return false;
  }
}
