"""The only SQL. `Store` opens the rooms of one database."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialpipe.settings import Settings
from socialpipe.store.audit import Audit
from socialpipe.store.brands import Brands
from socialpipe.store.calendar import Calendar
from socialpipe.store.campaigns import Campaigns
from socialpipe.store.channels import Channels
from socialpipe.store.checks import Checks
from socialpipe.store.claims import Claims
from socialpipe.store.credentials import Credentials
from socialpipe.store.database import Database
from socialpipe.store.deletions import Deletions
from socialpipe.store.deliveries import Deliveries
from socialpipe.store.drafts import Drafts
from socialpipe.store.evergreens import Evergreens
from socialpipe.store.feed_entries import FeedEntries
from socialpipe.store.feeds import Feeds
from socialpipe.store.gates import Rules
from socialpipe.store.heartbeats import Heartbeats
from socialpipe.store.history import History
from socialpipe.store.hooks import Hooks
from socialpipe.store.idempotency import Idempotency
from socialpipe.store.images import Images
from socialpipe.store.jobs import Jobs
from socialpipe.store.keyring import load_keys
from socialpipe.store.library import Library
from socialpipe.store.listing import Listing
from socialpipe.store.measures import Measures
from socialpipe.store.migrate import upgrade
from socialpipe.store.moves import Moves
from socialpipe.store.notices import Notices
from socialpipe.store.people import People
from socialpipe.store.places import Places
from socialpipe.store.plans import Plans
from socialpipe.store.readings import Readings
from socialpipe.store.recurrences import Recurrences
from socialpipe.store.reports import Reports
from socialpipe.store.review_links import ReviewLinks
from socialpipe.store.reviews import Reviews
from socialpipe.store.rotation import Rotation
from socialpipe.store.second_factor import SecondFactor
from socialpipe.store.sessions import Sessions
from socialpipe.store.short_links import ShortLinks
from socialpipe.store.sweeps import Sweeps
from socialpipe.store.switches import Switches
from socialpipe.store.throttle import Throttle
from socialpipe.store.tickets import Tickets
from socialpipe.store.vault import Vault
from socialpipe.store.workspaces import Workspaces


class Store:
    """Everything that is remembered."""

    def __init__(self, settings: Settings, database: Database | None = None) -> None:
        self._settings = settings
        if database is None:
            database = Database(settings.sqlalchemy_url)
            upgrade(database)
        lease = timedelta(seconds=settings.lease)
        ring = load_keys(settings.secret_key, settings.secret_keys_accepted, settings.data_dir)
        self.vault = vault = Vault(ring)
        self.database = database
        self.channels = Channels(self.database, vault)
        self.credentials = Credentials(self.database, vault)
        self.images = Images(self.database)
        self.idempotency = Idempotency(self.database, vault)
        self.campaigns = Campaigns(self.database)
        self.deliveries = Deliveries(self.database)
        self.deletions = Deletions(self.database)
        self.places = Places(self.database)
        self.moves = Moves(self.database)
        self.recurrences = Recurrences(self.database)
        self.evergreens = Evergreens(self.database)
        self.calendar = Calendar(self.database)
        self.listing = Listing(self.database)
        self.plans = Plans(self.database)
        self.history = History(self.database)
        self.feeds = Feeds(self.database)
        self.feed_entries = FeedEntries(self.database)
        self.readings = Readings(self.database)
        self.reports = Reports(self.database)
        self.claims = Claims(self.database, lease)
        self.jobs = Jobs(self.database, lease, _rules(settings))
        self.heartbeats = Heartbeats(self.database)
        self.hooks = Hooks(self.database, vault)
        self.rotation = Rotation(self.database, vault)
        self.checks = Checks(self.database)
        self.measures = Measures(self.database)
        self.switches = Switches(self.database)
        self.reviews = Reviews(self.database)
        self.sweeps = Sweeps(self.database, lease)
        self.people = People(self.database)
        self.workspaces = Workspaces(self.database)
        self.sessions = Sessions(self.database)
        self.tickets = Tickets(self.database)
        self.second_factor = SecondFactor(self.database, vault)
        self.throttle = Throttle(self.database)
        self.audit = Audit(self.database)
        self.review_links = ReviewLinks(self.database)
        self.notices = Notices(self.database)
        self.short_links = ShortLinks(self.database)
        self.drafts = Drafts(self.database)
        self.brands = Brands(self.database)
        self.library = Library(self.database)

    def within(self, workspace_id: int) -> Store:
        """Return the same store, as one workspace sees it: for others' rows, NotFound."""
        return Store(self._settings, self.database.within(workspace_id))

    def now(self) -> datetime:
        """Return the database's clock."""
        return self.database.now()

    def close(self) -> None:
        """Give back all connections."""
        self.database.close()


def _rules(settings: Settings) -> Rules:
    window = timedelta(days=settings.twin_days)
    gap = timedelta(seconds=settings.catch_up_gap)
    late = timedelta(seconds=settings.late_after)
    return Rules(window, settings.max_per_hour, settings.max_per_day, gap, late)
