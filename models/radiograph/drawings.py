"""Images that mail carries and that are no radiographs, drawn: documents, screens, charts, logos, codes."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(rng):
    return "".join(LETTERS[rng.integers(26)] for _ in range(rng.integers(2, 11)))


def line(rng, most):
    text = word(rng).capitalize()
    while len(text) < most:
        text += " " + (word(rng) if rng.random() < 0.85 else str(rng.integers(1, 99999)))
    return text[:most]


def font(size):
    return ImageFont.load_default(max(6, size))


def grey(rng, low, high):
    value = int(rng.integers(low, high))
    return (value, value, value)


def colour(rng):
    return tuple(int(v) for v in rng.integers(0, 256, 3))


def document(rng):
    width, height = int(rng.integers(180, 256)), int(rng.integers(180, 256))
    paper, ink = grey(rng, 225, 256), grey(rng, 0, 90)
    page = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(page)
    size = int(rng.integers(5, 12))
    y, left = int(rng.integers(4, 30)), int(rng.integers(6, 24))
    if rng.random() < 0.5:
        pen.text((left, y), line(rng, 14), fill=ink if rng.random() < 0.6 else colour(rng), font=font(size * 2))
        y += size * 3
    while y < height - size:
        if rng.random() < 0.12:
            y += size
        if rng.random() < 0.06:
            pen.line((left, y, width - left, y), fill=ink)
        if rng.random() < 0.05:
            pen.rectangle((left, y, left + int(rng.integers(20, 120)), y + int(rng.integers(8, 40))), outline=ink)
        pen.text((left, y), line(rng, int(rng.integers(10, 60))), fill=ink, font=font(size))
        y += int(size * rng.uniform(1.1, 1.8))
    if rng.random() < 0.3:
        array = np.asarray(page, np.float32)
        slope = np.linspace(rng.uniform(0.6, 1), 1, width)[None, :, None]
        array = array * slope + rng.normal(0, rng.uniform(0, 10), array.shape)
        page = Image.fromarray(np.clip(array, 0, 255).astype(np.uint8))
    return page


def screen(rng):
    width, height = 256, int(rng.integers(110, 200))
    dark = rng.random() < 0.4
    back = grey(rng, 8, 60) if dark else grey(rng, 225, 256)
    if rng.random() < 0.2:
        back = colour(rng)
    ink = grey(rng, 160, 250) if dark else grey(rng, 0, 110)
    shot = Image.new("RGB", (width, height), back)
    pen = ImageDraw.Draw(shot)
    if rng.random() < 0.8:
        pen.rectangle((0, 0, width, int(rng.integers(8, 24))), fill=colour(rng) if rng.random() < 0.6 else grey(rng, 30, 220))
    side = int(rng.integers(0, 80)) if rng.random() < 0.6 else 0
    if side:
        pen.rectangle((0, 20, side, height), fill=grey(rng, 20, 240))
    for y in range(24, height - 6, int(rng.integers(7, 16))):
        if rng.random() < 0.75:
            indent = side + int(rng.integers(2, 24))
            shade = ink if rng.random() < 0.8 else colour(rng)
            pen.text((indent, y), line(rng, int(rng.integers(4, 40))), fill=shade, font=font(int(rng.integers(6, 11))))
    for _ in range(rng.integers(0, 6)):
        x, y = int(rng.integers(side, width)), int(rng.integers(20, height))
        box = (x, y, x + int(rng.integers(8, 90)), y + int(rng.integers(6, 50)))
        pen.rectangle(box, fill=colour(rng) if rng.random() < 0.5 else grey(rng, 0, 255), outline=ink)
    return shot


def chart(rng):
    width, height = 256, int(rng.integers(150, 220))
    dark = rng.random() < 0.2
    sheet = Image.new("RGB", (width, height), grey(rng, 0, 40) if dark else (255, 255, 255))
    pen = ImageDraw.Draw(sheet)
    ink = (230, 230, 230) if dark else (30, 30, 30)
    plain = rng.random() < 0.4
    shade = (lambda: grey(rng, 30, 220)) if plain else (lambda: colour(rng))
    kind = rng.integers(5)
    if kind == 0:
        step = int(rng.integers(10, 36))
        for x in range(30, width - 10, step):
            pen.rectangle((x, int(rng.integers(20, height - 20)), x + step * 2 // 3, height - 20), fill=shade())
    elif kind == 1:
        for _ in range(rng.integers(1, 6)):
            walk = np.cumsum(rng.normal(0, 6, 44)) + rng.integers(40, height - 40)
            pen.line([(30 + 5 * i, float(v)) for i, v in enumerate(walk)], fill=shade(), width=int(rng.integers(1, 3)))
    elif kind == 2:
        angle = 0
        while angle < 360:
            share = int(rng.integers(15, 120))
            pen.pieslice((50, 20, 50 + height - 40, height - 20), angle, min(360, angle + share), fill=shade())
            angle += share
    elif kind == 3:
        for _ in range(rng.integers(20, 300)):
            x, y = rng.normal(130, 40), rng.normal(height / 2, 35)
            pen.ellipse((x, y, x + 3, y + 3), fill=shade())
    else:
        cells = int(rng.integers(4, 24))
        heat = rng.random((cells, cells, 1)) * (np.ones(3) if plain else rng.random(3))
        sheet.paste(Image.fromarray((heat * 255).astype(np.uint8)).resize((150, 140), Image.NEAREST), (50, 5))
    pen.line((28, 10, 28, height - 18, width - 8, height - 18), fill=ink)
    for y in range(12, height - 20, 24):
        pen.text((6, y), str(rng.integers(100)), fill=ink, font=font(8))
    pen.text((60, height - 14), line(rng, 20), fill=ink, font=font(9))
    return sheet


def logo(rng):
    width, height = int(rng.integers(100, 256)), int(rng.integers(60, 256))
    plain = rng.random() < 0.5
    shade = (lambda: grey(rng, 0, 256)) if plain else (lambda: colour(rng))
    sign = Image.new("RGB", (width, height), shade() if rng.random() < 0.5 else (255, 255, 255))
    pen = ImageDraw.Draw(sign)
    for _ in range(rng.integers(1, 7)):
        x, y = sorted(rng.integers(0, width, 2)), sorted(rng.integers(0, height, 2))
        box = (int(x[0]), int(y[0]), int(x[1]) + 2, int(y[1]) + 2)
        [pen.ellipse, pen.rectangle][rng.integers(2)](box, fill=shade())
    if rng.random() < 0.8:
        pen.text((int(rng.integers(2, 30)), int(rng.integers(2, height - 20))), line(rng, 12), fill=shade(), font=font(int(rng.integers(12, 44))))
    if rng.random() < 0.3:
        sign = sign.filter(ImageFilter.GaussianBlur(rng.uniform(1, 12)))
    return sign


def gradient(rng):
    """Backgrounds of slides, shadows, spotlights, clouds: smooth, often grey, and nothing in it."""
    size = 200
    y, x = np.mgrid[0:size, 0:size] / size
    field = np.zeros((size, size))
    for _ in range(rng.integers(1, 4)):
        if rng.random() < 0.5:
            field += rng.normal() * x + rng.normal() * y
        else:
            field += rng.normal() * 3 * np.exp(-(((x - rng.random()) / rng.uniform(0.1, 0.7)) ** 2 + ((y - rng.random()) / rng.uniform(0.1, 0.7)) ** 2))
    if rng.random() < 0.5:
        for cells in (4, 8, 16, 32, 64):
            rough = Image.fromarray(rng.normal(0, 1, (cells, cells)).astype(np.float32)).resize((size, size), Image.BICUBIC)
            field += np.asarray(rough) / cells ** rng.uniform(0.3, 1.2) * 2
    field = (field - field.min()) / (np.ptp(field) + 1e-6)
    if rng.random() < 0.3:
        field = np.round(field * 6) / 6
    cast = np.ones(3) if rng.random() < 0.6 else rng.uniform(0.2, 1, 3)
    low, high = sorted(rng.uniform(0, 255, 2))
    array = (low + field[..., None] * (high - low)) * cast + rng.normal(0, rng.choice([0, 0, 4]), (size, size, 3))
    image = Image.fromarray(np.clip(array, 0, 255).astype(np.uint8))
    if rng.random() < 0.4:
        pen = ImageDraw.Draw(image)
        for k in range(rng.integers(1, 6)):
            pen.text((14, 16 + 28 * k), line(rng, 18), fill=colour(rng) if rng.random() < 0.5 else grey(rng, 0, 256), font=font(int(rng.integers(9, 22))))
    return image


def code(rng):
    """QR and bar codes."""
    image = Image.new("RGB", (200, 200), (255, 255, 255))
    if rng.random() < 0.6:
        cells = int(rng.integers(21, 57))
        bits = (rng.random((cells, cells)) < 0.5).astype(np.uint8) * 255
        image.paste(Image.fromarray(bits).resize((170, 170), Image.NEAREST), (15, 15))
    else:
        pen = ImageDraw.Draw(image)
        x = 15
        while x < 185:
            w = int(rng.integers(1, 5))
            pen.rectangle((x, 40, x + w, 150), fill=(0, 0, 0))
            x += w + int(rng.integers(1, 6))
        pen.text((40, 155), str(rng.integers(10**9)), fill=(0, 0, 0), font=font(16))
    return image


def handwriting(rng):
    """Signatures and notes: a wandering pen."""
    image = Image.new("RGB", (240, int(rng.integers(70, 200))), grey(rng, 200, 256))
    pen = ImageDraw.Draw(image)
    ink = grey(rng, 0, 90) if rng.random() < 0.7 else (20, 20, 140)
    for y in range(30, image.height - 10, int(rng.integers(24, 60))):
        t = np.linspace(0, 1, 220)
        x = 10 + 210 * t + 8 * np.sin(t * rng.uniform(60, 140))
        height = y + np.cumsum(rng.normal(0, 0.7, 220)) + rng.uniform(4, 14) * np.sin(t * rng.uniform(60, 140) + 1)
        pen.line(list(zip(x.tolist(), height.tolist())), fill=ink, width=int(rng.integers(1, 4)))
    return image


def badge(rng):
    """A head and shoulders before a wall, as on passes: smooth, grey, one thing in the middle."""
    size = 200
    y, x = np.mgrid[0:size, 0:size] / size
    wall, skin, cloth = rng.uniform(0, 255, 3)
    array = np.full((size, size), wall) + rng.normal() * 30 * (x - 0.5)
    shoulders = ((x - 0.5) / rng.uniform(0.3, 0.5)) ** 2 + ((y - 1.05) / rng.uniform(0.25, 0.4)) ** 2 < 1
    array[shoulders] = cloth
    face = ((x - 0.5) / rng.uniform(0.14, 0.22)) ** 2 + ((y - 0.42) / rng.uniform(0.2, 0.28)) ** 2
    lit = skin * (0.75 + 0.5 * (1 - face) * 0.5 + 0.2 * (x - 0.5) * rng.normal())
    array = np.where(face < 1, lit, array)
    array = np.where((face < 1.15) & (y < rng.uniform(0.25, 0.38)), rng.uniform(0, 160), array)
    for side in (-0.07, 0.07):
        array[((x - 0.5 - side) / 0.028) ** 2 + ((y - 0.4) / 0.014) ** 2 < 1] = rng.uniform(0, 60)
    array[(np.abs(x - 0.5) < 0.05) & (np.abs(y - 0.54) < 0.012)] = skin * 0.6
    image = Image.fromarray(np.clip(array + rng.normal(0, 3, array.shape), 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 2))).convert("RGB")


KINDS = [document, document, document, screen, screen, screen, chart, logo, logo, gradient, gradient, code, handwriting, badge]


def draw(count, seed):
    """So many drawings: (kind, H x W x 3)."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind.__name__, np.asarray(kind(rng).convert("RGB"))
