"""Draws one invented piece of evidence, a licence or a staff card, as a PNG on standard output.

Arguments: kind (licence | staff_card), name, hospital, department, title, number.
"""
import sys

from PIL import Image, ImageDraw, ImageFont

kind, name, hospital, department, title, number = sys.argv[1:7]


def font(size):
    for path in (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
        "/System/Library/Fonts/PingFang.ttc",
    ):
        try:
            return ImageFont.truetype(path, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


licence = kind == "licence"
size = (1200, 820) if licence else (860, 540)
paper, ink, line = ((250, 246, 234), (60, 40, 30), (150, 40, 40)) if licence else ((244, 248, 250), (25, 45, 60), (20, 110, 115))
image = Image.new("RGB", size, paper)
draw = ImageDraw.Draw(image)
for inset in (16, 24):
    draw.rectangle([inset, inset, size[0] - inset, size[1] - inset], outline=line, width=2)
draw.text((size[0] / 2, 78), "医师执业证书（演示样张）" if licence else hospital, font=font(44 if licence else 34), fill=line, anchor="mm")
rows = [("姓名 Name", name), ("职称 Title", title), ("科室 Department", department)]
rows += [("执业机构 Hospital", hospital), ("证书编码 Licence No.", number)] if licence else [("工号 Staff No.", number[-6:])]
top = 160 if licence else 130
for row, (label, value) in enumerate(rows):
    y = top + row * (96 if licence else 84)
    draw.text((330, y), label, font=font(22), fill=line)
    draw.text((330, y + 28), value, font=font(32), fill=ink)
# A figure where the photograph would be: nobody's face.
draw.rectangle([70, top, 280, top + 270], fill=(225, 232, 236), outline=line)
draw.ellipse([125, top + 50, 225, top + 150], fill=(170, 185, 195))
draw.pieslice([90, top + 165, 260, top + 375], 180, 360, fill=(170, 185, 195))
draw.text((size[0] - 60, size[1] - 56), "SPECIMEN 样张", font=font(26), fill=(185, 175, 165), anchor="rs")
image.save(sys.stdout.buffer, "PNG")
