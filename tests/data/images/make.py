"""Writes the small images of this folder and, as Pillow reads and resizes them, expected.txt.

Lines: file, operation (decode, or filter:width:height), width, height, RGB bytes in hex, row by row.
Run with Pillow and numpy installed: python make.py
"""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).parent
RANDOM = np.random.default_rng(7)
WIDTH, HEIGHT = 13, 9
NOISE = RANDOM.integers(0, 65536, (HEIGHT, WIDTH, 4), dtype=np.uint16)
NOISE8 = (NOISE >> 8).astype(np.uint8)


def write_png(name, color_type, depth, rows, extra=b""):
    """Rows are the packed bytes of each line; for what Pillow itself does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def pack(values, depth):
    bits = "".join(format(int(v), f"0{depth}b") for v in values)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def write_images():
    rgb = Image.fromarray(NOISE8[..., :3].copy(), "RGB")
    rgb.save(HERE / "rgb.png")
    rgb.save(HERE / "rgb.bmp")
    Image.fromarray(NOISE8, "RGBA").save(HERE / "rgba.png")
    rgb.convert("L").save(HERE / "grey.png")
    Image.merge("LA", (rgb.convert("L"), Image.fromarray(NOISE8[..., 3].copy(), "L"))).save(HERE / "grey_alpha.png")
    palette = rgb.quantize(11)
    palette.save(HERE / "palette.png")
    palette.save(HERE / "palette.gif")
    palette.save(HERE / "palette_alpha.png", transparency=bytes([0, 100, 255]))
    rgb.save(HERE / "rgb_transparent.png", transparency=tuple(int(v) for v in NOISE8[2, 3, :3]))
    for depth in (1, 2, 4):
        write_png(f"grey{depth}.png", 0, depth, [pack(row >> (16 - depth), depth) for row in NOISE[..., 0]])
    write_png("grey16.png", 0, 16, [row.astype(">u2").tobytes() for row in NOISE[..., 0]])
    write_png("grey_alpha16.png", 4, 16, [row.astype(">u2").tobytes() for row in NOISE[..., :2]])
    write_png("rgb16.png", 2, 16, [row.astype(">u2").tobytes() for row in NOISE[..., :3]])
    write_png("rgba16.png", 6, 16, [row.astype(">u2").tobytes() for row in NOISE])
    for orientation in range(1, 9):
        rgb.save(HERE / f"orientation{orientation}.png", exif=exif(orientation))
    rgb.save(HERE / "orientation6.tif", tiffinfo={0x0112: 6})

    y, x = np.mgrid[0:24, 0:32]
    smooth = Image.fromarray(np.stack([8 * x, 10 * y, 255 - 4 * x - 4 * y], -1).astype(np.uint8), "RGB")
    options = dict(quality=98, subsampling=0)
    for orientation in (3, 5, 6, 8):
        smooth.save(HERE / f"orientation{orientation}.jpg", exif=exif(orientation), **options)
    smooth.convert("L").save(HERE / "grey.jpg", **options)
    inks = smooth.convert("CMYK").split()[:3] + (smooth.split()[0].point(lambda v: v // 2),)
    Image.merge("CMYK", inks).save(HERE / "cmyk.jpg", **options)
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(struct.unpack(">I", profile[128:132])[0]):  # red and green trade places
        tag, offset, _ = struct.unpack(">4sII", profile[132 + 12 * index : 144 + 12 * index])
        if tag in (b"rXYZ", b"gXYZ"):
            other = b"gXYZ" if tag == b"rXYZ" else b"rXYZ"
            profile[132 + 12 * index : 136 + 12 * index] = other
    smooth.save(HERE / "profile.jpg", icc_profile=bytes(profile), **options)


def line(path, operation, image):
    return f"{path.name} {operation} {image.width} {image.height} {image.tobytes().hex()}"


def expected():
    for path in sorted(HERE.glob("*.*")):
        if path.suffix in (".py", ".txt"):
            continue
        image = ImageOps.exif_transpose(Image.open(path))
        if image.mode == "I;16":  # Pillow clips these alone; the high byte, as it keeps of all others
            image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8), "L")
        image = image.convert("RGB")
        yield line(path, "decode", image)
        if path.name == "rgb.png":
            for name, resample in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
                for size in ((5, 3), (13, 4), (6, 9), (20, 15), (3, 20), (1, 1), (13, 9)):
                    yield line(path, f"{name}:{size[0]}:{size[1]}", image.resize(size, resample))


write_images()
(HERE / "expected.txt").write_text("\n".join(expected()) + "\n")
