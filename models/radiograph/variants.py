"""What happens to an image on its way into a mail: cropped, windowed, saved again, written on, put on
a page or into a viewer, taken by telephone. Both classes get the same, so that none of it tells."""

import io

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from drawings import colour, font, grey, line

CELLS = 144
"""A variant's side: what the network sees is cut out of it."""

FILTERS = [Image.BOX, Image.BILINEAR, Image.BICUBIC, Image.LANCZOS, Image.NEAREST]
ROOMY = 320


def box(image, rng):
    width, height = image.size
    share = rng.uniform(0.6, 1)
    w, h = width * min(1, share * rng.uniform(0.85, 1.18)), height * min(1, share * rng.uniform(0.85, 1.18))
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return image.crop((int(x), int(y), max(int(x) + 16, int(x + w)), max(int(y) + 16, int(y + h))))


def turn(image, rng):
    fill = grey(rng, 0, 12) if rng.random() < 0.7 else grey(rng, 0, 256)
    return image.rotate(rng.uniform(-12, 12), Image.BILINEAR, expand=rng.random() < 0.5, fillcolor=fill)


def surround(image, rng):
    width, height = image.size
    shade = [(0, 0, 0), (255, 255, 255), grey(rng, 0, 256)][rng.choice(3, p=[0.55, 0.25, 0.2])]
    sides = rng.uniform(0, 0.4, 4) * (rng.random(4) < 0.6)
    left, top, right, bottom = (int(s * n) for s, n in zip(sides, (width, height, width, height)))
    sheet = Image.new("RGB", (width + left + right, height + top + bottom), shade)
    sheet.paste(image, (left, top))
    return sheet


def coarsen(image, rng):
    width, height = image.size
    share = rng.uniform(36, 200) / max(width, height)
    small = image.resize((max(8, int(width * share)), max(8, int(height * share))), FILTERS[rng.integers(5)])
    return small.resize((width, height), FILTERS[1 + rng.integers(4 if share < 0.7 else 3)])


def tone(image, rng):
    levels = np.arange(256) / 255
    if rng.random() < 0.35:
        low, high = rng.uniform(0, 0.3), rng.uniform(0.6, 1)
        levels = np.clip((levels - low) / (high - low), 0, 1)
    levels = levels ** np.exp(rng.uniform(-0.7, 0.7))
    if rng.random() < 0.3:
        steep = rng.uniform(2, 8)
        s = 1 / (1 + np.exp(-steep * (levels - rng.uniform(0.35, 0.65))))
        levels = (s - s.min()) / (np.ptp(s) + 1e-6)
    low, high = rng.uniform(0, 0.2) * (rng.random() < 0.5), 1 - rng.uniform(0, 0.35) * (rng.random() < 0.5)
    table = np.clip((low + levels * (high - low)) * 255, 0, 255).astype(np.uint8).tolist()
    return image.point(table * 3)


def equalise(image, rng):
    if rng.random() < 0.5:
        return ImageOps.autocontrast(image, cutoff=float(rng.uniform(0, 3)))
    return Image.blend(image, ImageOps.equalize(image), float(rng.uniform(0.3, 1)))


def soften(image, rng):
    if rng.random() < 0.4:
        return image.filter(ImageFilter.UnsharpMask(rng.uniform(1, 3), int(rng.integers(40, 200)), 0))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 2)))


def speckle(image, rng):
    array = np.asarray(image, np.float32)
    planes = 1 if rng.random() < 0.7 else 3
    noise = rng.normal(0, rng.uniform(2, 14), array.shape[:2] + (planes,))
    return Image.fromarray(np.clip(array + noise, 0, 255).astype(np.uint8))


def inscribe(image, rng):
    """Burned-in text, side markers, arrows, scales."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    width, height = image.size
    ink = grey(rng, 190, 256) if rng.random() < 0.75 else (colour(rng) if rng.random() < 0.6 else grey(rng, 0, 40))
    size = max(6, int(max(width, height) * rng.uniform(0.025, 0.06)))
    for corner in range(4):
        if rng.random() < 0.4:
            x = 3 if corner % 2 == 0 else int(width * rng.uniform(0.55, 0.8))
            y = 3 if corner < 2 else height - size * 4
            for k in range(rng.integers(1, 5)):
                pen.text((x, y + k * size), line(rng, int(rng.integers(3, 16))), fill=ink, font=font(size))
    if rng.random() < 0.5:
        big = max(8, int(max(width, height) * rng.uniform(0.05, 0.12)))
        mark = ["R", "L", "AP", "PA", "SUP"][rng.integers(5)]
        pen.text((int(rng.uniform(0.02, 0.85) * width), int(rng.uniform(0.02, 0.85) * height)), mark, fill=ink, font=font(big))
    if rng.random() < 0.15:
        ends = rng.uniform(0, 1, 4) * (width, height, width, height)
        pen.line(ends.tolist(), fill=ink, width=int(rng.integers(1, 4)))
    return image


def tint(image, rng):
    """One cast per brightness: sepia, blue film, a monitor's white."""
    cast = 1 + rng.uniform(-1, 1, 3) * rng.uniform(0.02, 0.22)
    lift = rng.uniform(0, 1, 3) * rng.uniform(0, 22)
    array = np.asarray(image, np.float32) * cast + lift
    return Image.fromarray(np.clip(array, 0, 255).astype(np.uint8))


def telephone(image, rng):
    """A print, a film on its box or a monitor, taken by hand."""
    size = ROOMY
    image = image.resize((size, int(np.clip(size * image.height / image.width, 160, 420))), Image.BILINEAR)
    height = image.height
    base = rng.uniform(0, 255)
    wall = np.full((height, size, 3), base) * (1 + rng.uniform(-0.2, 0.2, 3)) + rng.normal(0, 8, (height, size, 3))
    wall += np.linspace(-1, 1, size)[None, :, None] * rng.uniform(-40, 40)
    wall = Image.fromarray(np.clip(wall, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(wall)
    for _ in range(rng.integers(0, 5)):
        x, y = rng.uniform(0, size), rng.uniform(0, height)
        pen.rectangle((x, y, x + rng.uniform(10, 120), y + rng.uniform(10, 90)), fill=colour(rng))
    edge = int(rng.integers(0, 18))
    framed = ImageOps.expand(image, edge, grey(rng, 0, 60) if rng.random() < 0.7 else grey(rng, 200, 256))
    away = rng.uniform(-0.22, 0.10, 8)
    if rng.random() < 0.5:
        away = np.minimum(away, 0.02)
    w, h = framed.size
    quad = [away[0] * w, away[1] * h, away[2] * w, (1 - away[3]) * h, (1 - away[4]) * w, (1 - away[5]) * h, (1 - away[6]) * w, away[7] * h]
    shot = framed.transform((size, height), Image.QUAD, quad, Image.BILINEAR)
    mask = Image.new("L", framed.size, 255).transform((size, height), Image.QUAD, quad, Image.BILINEAR)
    wall.paste(shot, (0, 0), mask)
    array = np.asarray(wall, np.float32)
    y, x = np.mgrid[0:height, 0:size].astype(np.float32) / max(size, height)
    if rng.random() < 0.5:
        array = array * (1 + rng.uniform(0.01, 0.06) * np.sin(rng.uniform(60, 320) * (x * rng.uniform(0.2, 1) + y * rng.uniform(-1, 1))))[..., None]
    if rng.random() < 0.5:
        spot = np.exp(-(((x - rng.random()) / rng.uniform(0.05, 0.3)) ** 2 + ((y - rng.random()) / rng.uniform(0.05, 0.3)) ** 2))
        array = array + spot[..., None] * rng.uniform(15, 110)
    array = array * (1 - rng.uniform(0, 0.5) * ((x - 0.5) ** 2 + (y - 0.5) ** 2))[..., None]
    array = (rng.uniform(0, 34) + array * rng.uniform(0.6, 1)) * (1 + rng.uniform(-0.16, 0.16, 3))
    array = array + rng.normal(0, rng.uniform(0, 7), array.shape)
    photo = Image.fromarray(np.clip(array, 0, 255).astype(np.uint8))
    return photo.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.4)))


def viewer(image, rng):
    """A window of a viewing program."""
    width, height = 300, int(rng.integers(180, 300))
    back = grey(rng, 0, 50) if rng.random() < 0.7 else grey(rng, 200, 256)
    ink = grey(rng, 150, 256) if back[0] < 128 else grey(rng, 0, 100)
    window = Image.new("RGB", (width, height), back)
    pen = ImageDraw.Draw(window)
    top, side = int(rng.integers(0, 34)), int(rng.integers(0, 90)) * int(rng.random() < 0.6)
    room = (width - side - 4, height - top - 4)
    shown = ImageOps.contain(image, room) if rng.random() < 0.75 else image.resize(room)
    window.paste(shown, (side + 2 + (room[0] - shown.width) // 2, top + 2 + (room[1] - shown.height) // 2))
    pen.rectangle((0, 0, width, top), fill=colour(rng) if rng.random() < 0.3 else grey(rng, 20, 240))
    for _ in range(rng.integers(0, 14)):
        y = int(rng.integers(0, height))
        x = int(rng.integers(0, max(1, side))) if side and y > top else int(rng.integers(0, width))
        pen.text((x, y if side else int(rng.integers(0, max(1, top)))), line(rng, int(rng.integers(3, 14))), fill=ink, font=font(int(rng.integers(6, 11))))
    return inscribe(window, rng) if rng.random() < 0.5 else window


def page(image, rng):
    """A figure on a page."""
    sheet = Image.new("RGB", (280, 320), grey(rng, 235, 256))
    pen = ImageDraw.Draw(sheet)
    for y in range(8, 312, 9):
        pen.text((14, y), line(rng, 46), fill=grey(rng, 0, 90), font=font(7))
    shown = ImageOps.contain(image, (int(rng.integers(190, 270)), int(rng.integers(190, 300))))
    sheet.paste(shown, (int(rng.integers(0, 280 - shown.width + 1)), int(rng.integers(0, 320 - shown.height + 1))))
    return sheet


def save(image, rng):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(28, 95)))
    return Image.open(file).convert("RGB")


def desaturate(image):
    return image.convert("L").convert("RGB")


STEPS = [
    (box, 0.65), (turn, 0.3), (surround, 0.2), (tone, 0.6), (equalise, 0.15), (coarsen, 0.35),
    (soften, 0.3), (inscribe, 0.3), (speckle, 0.2), (tint, 0.15),
]
SCENES = [(telephone, 0.1), (viewer, 0.1), (page, 0.04)]


def variant(array, is_radiograph, rng):
    """One variant of an image: CELLS x CELLS x 3."""
    image = Image.fromarray(array)
    if not is_radiograph and rng.random() < 0.5:
        image = desaturate(image)
    if rng.random() < (0.06 if is_radiograph else 0.12):
        image = ImageChops.invert(image)
    if rng.random() < 0.1:
        image = ImageOps.flip(image)
    if rng.random() < 0.08:
        image = image.transpose(Image.ROTATE_90)
    if rng.random() < 0.88:
        for step, share in STEPS:
            if rng.random() < share:
                image = step(image, rng)
        draw = rng.random()
        for scene, share in SCENES:
            draw -= share
            if draw < 0:
                image = scene(image, rng)
                break
    if rng.random() < 0.5:
        image = save(image, rng)
    width, height = image.size
    if width < CELLS or height < CELLS:
        image = image.resize((max(width, CELLS), max(height, CELLS)), FILTERS[rng.integers(5)])
    return np.asarray(image.resize((CELLS, CELLS), Image.BOX))
