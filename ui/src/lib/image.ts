/** Whether the image behind `url` can be shown whole, of so many pixels at most: its first bytes may promise more than the rest holds. */
export async function isShowable(url: string, mostPixels = Infinity): Promise<boolean> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return image.naturalWidth * image.naturalHeight <= mostPixels;
  } catch {
    return false;
  }
}
