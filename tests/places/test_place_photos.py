"""Photos of sites: what is refused, what is kept, what is forgotten."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from ruche.accounts.enums import Role
from ruche.places import actions
from ruche.places.errors import BadPhoto
from ruche.places.models import Photo
from tests.members import browser_of, someone
from tests.places.register import a_site, coordinator, picture
from tests.world import visitor

pytestmark = pytest.mark.django_db

GPS, MAKER, ORIENTATION = 0x8825, 0x010F, 0x0112


def kept(photo: Photo) -> Image.Image:
    with photo.image.open("rb") as file:
        return Image.open(BytesIO(file.read()))


def added(file, alternative: str = "La façade") -> Photo:
    return actions.add_photo(a_site(), file, alternative=alternative, by=coordinator())


def from_a_telephone(**tags) -> SimpleUploadedFile:
    """A picture that says where it was taken, and by what."""
    exif = Image.Exif()
    exif[MAKER] = "Marque d’essai"
    exif[GPS] = {1: "N", 2: (43.0, 38.0, 47.0), 3: "E", 4: (0.0, 35.0, 6.0)}
    for name, value in tags.items():
        exif[int(name.removeprefix("tag"))] = value
    return picture(size=(40, 30), exif=exif.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_a_common_kind_is_kept_in_webp(kind):
    assert kept(added(picture(kind=kind))).format == "WEBP"


def test_a_large_picture_is_kept_at_1600_pixels_and_its_size_is_known():
    photo = added(picture(size=(3200, 1600)))
    assert kept(photo).size == (photo.width, photo.height) == (1600, 800)


def test_where_and_by_what_a_picture_was_taken_is_forgotten():
    sent = from_a_telephone()
    assert Image.open(sent).getexif().get_ifd(GPS)
    sent.seek(0)
    photo = added(sent)
    with photo.image.open("rb") as file:
        written = file.read()
    assert b"EXIF" not in written
    assert b"Marque" not in written
    assert not kept(photo).getexif()


def test_a_picture_taken_with_the_telephone_on_its_side_is_the_right_way_up():
    assert kept(added(from_a_telephone(**{f"tag{ORIENTATION}": 6}))).size == (30, 40)


def test_a_transparent_picture_keeps_its_transparency():
    written = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    photo = added(SimpleUploadedFile("logo.png", written.getvalue()))
    assert kept(photo).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7 un texte", b"\xff\xd8\xff\xe0 presque un JPEG", b"<svg/>"]
)
def test_a_file_that_is_not_a_picture_is_refused(content):
    with pytest.raises(BadPhoto, match="n’est pas une photo"):
        added(SimpleUploadedFile("photo.jpg", content))
    assert not Photo.objects.exists()


def test_a_picture_cut_short_is_refused():
    whole = picture(size=(400, 300)).read()
    with pytest.raises(BadPhoto, match="n’est pas une photo"):
        added(SimpleUploadedFile("photo.jpg", whole[: len(whole) // 2]))


def test_a_gif_is_refused_even_when_it_is_named_jpeg():
    with pytest.raises(BadPhoto, match="n’est pas une photo"):
        added(picture(kind="GIF", name="photo.jpg"))


def test_a_picture_of_more_than_6000_pixels_is_refused():
    with pytest.raises(BadPhoto, match="6 000 pixels"):
        added(picture(size=(6001, 2), kind="PNG"))


def test_a_file_of_more_than_8_mo_is_refused():
    with pytest.raises(BadPhoto, match="8 Mo"):
        added(SimpleUploadedFile("photo.jpg", b"0" * (8 * 1024 * 1024 + 1)))


def test_a_photo_without_words_is_refused():
    with pytest.raises(BadPhoto, match="ce que montre la photo"):
        added(picture(), alternative="  ")


def test_a_removed_photo_leaves_no_file(django_capture_on_commit_callbacks):
    photo = added(picture())
    storage, name = photo.image.storage, photo.image.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(photo, by=coordinator())
    assert not storage.exists(name)


def test_a_photo_is_served_to_members_alone_and_kept_by_their_browser():
    photo = added(picture())
    address = reverse("places:photo", args=[photo.pk])
    served = browser_of(someone(Role.NURSE)).get(address, headers={"accept-encoding": "identity"})
    assert served.headers["Content-Type"] == "image/webp"
    assert served.headers["Content-Disposition"].startswith("inline")
    assert served.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert Image.open(BytesIO(served.getvalue())).format == "WEBP"
    assert visitor().get(address).status_code == 302


def test_the_page_of_a_photo_says_what_is_wrong_and_keeps_the_words_that_were_typed():
    site, browser = a_site(), browser_of(coordinator())
    sent = {"file": SimpleUploadedFile("photo.jpg", b"rien"), "alternative": "La façade"}
    answer = browser.post(reverse("places:add-photo", args=[site.pk]), sent)
    assert answer.status_code == 422
    assert "n’est pas une photo" in answer.content.decode()
    assert "La façade" in answer.content.decode()
    answer = browser.post(
        reverse("places:add-photo", args=[site.pk]), {**sent, "file": picture()}, follow=True
    )
    assert 'alt="La façade"' in answer.content.decode()
