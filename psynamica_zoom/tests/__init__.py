from . import (
    test_held_invitations,
    test_ics,
    test_life_cycle,
    test_mail,
    test_public_pages,
)
