"""The OAuth of each network: endpoints, scopes, dialects. Sources and dates stand at each.

A network that is not here takes a token that a person makes in its settings.
"""

from __future__ import annotations

from datetime import timedelta

from socialpipe.platforms.oauth.model import Caller, Extension, OAuth1Facts, OAuthFacts

HTTPS = (
    "https://localhost/callback"  # for Meta, who wants https: nobody listens, the address is pasted
)

# docs.x.com fundamentals/authentication/oauth-2-0 (2026-08-22): access tokens live 2 h, refresh
# tokens serve once.
X = OAuthFacts(
    authorize="https://x.com/i/oauth2/authorize",
    exchange="/2/oauth2/token",
    revoke="/2/oauth2/revoke",
    scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    console="X developer portal: User authentication settings, permission Read and write",
    caller=Caller.BASIC,
    rotates=True,
    lifetime=timedelta(hours=2),
)

# docs.x.com fundamentals/authentication/oauth-1-0a (2026-08-22): these tokens do not end.
X1 = OAuth1Facts(
    request="/oauth/request_token", authorize="/oauth/authorize", access="/oauth/access_token"
)

# docs.joinmastodon.org client/token and methods/oauth (2026-07-02): tokens do not expire; PKCE
# since 4.3, ignored before.
MASTODON = OAuthFacts(
    authorize="/oauth/authorize",
    exchange="/oauth/token",
    revoke="/oauth/revoke",
    register="/api/v1/apps",
    scopes=("read:accounts", "read:statuses", "write:statuses", "write:media"),
    console="Preferences, Development, your application",
    port=0,
)

# developers.facebook.com/docs/threads (2026-04-20) and its Postman collection (2026-01-02): a
# code gives a token of 1 h, exchanged for one of 60 days, which renews itself from 24 h of age on.
THREADS = OAuthFacts(
    authorize="https://threads.net/oauth/authorize",
    exchange="https://graph.threads.net/oauth/access_token",
    scopes=("threads_basic", "threads_content_publish"),
    wished=("threads_manage_replies", "threads_manage_insights", "threads_delete"),
    console="Meta for Developers: your app, use case Threads API, Permissions",
    pkce=False,
    comma=True,
    redirect=HTTPS,
    lifetime=timedelta(days=60),
    lengthen=Extension(
        "https://graph.threads.net/access_token", "th_exchange_token", with_app=True
    ),
    refresh=Extension("https://graph.threads.net/refresh_access_token", "th_refresh_token"),
)

# developers.facebook.com/docs/instagram-platform, Instagram Login (2026-06-02): as Threads.
INSTAGRAM = OAuthFacts(
    authorize="https://www.instagram.com/oauth/authorize",
    exchange="https://api.instagram.com/oauth/access_token",
    scopes=("instagram_business_basic", "instagram_business_content_publish"),
    wished=("instagram_business_manage_comments", "instagram_business_manage_insights"),
    console="Meta for Developers: your app, use case Instagram, Permissions",
    pkce=False,
    comma=True,
    redirect=HTTPS,
    lifetime=timedelta(days=60),
    lengthen=Extension(
        "https://graph.instagram.com/access_token", "ig_exchange_token", with_app=True
    ),
    refresh=Extension("https://graph.instagram.com/refresh_access_token", "ig_refresh_token"),
)

# developers.facebook.com, manual login flow, v25.0 (2026-06-02). The token of a page that comes
# from a long-lived user token does not end by time.
FACEBOOK = OAuthFacts(
    authorize="https://www.facebook.com/v25.0/dialog/oauth",
    exchange="/oauth/access_token",
    method="GET",
    scopes=("pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    wished=("pages_read_user_content", "read_insights", "pages_manage_engagement"),
    console="Meta for Developers: your app, App Review, Permissions and Features",
    pkce=False,
    comma=True,
    redirect=HTTPS,
    lengthen=Extension("/oauth/access_token", "fb_exchange_token", "fb_exchange_token", True),
)

# learn.microsoft.com, LinkedIn 3-legged OAuth and programmatic refresh tokens (2026-08): 60 days;
# refresh tokens (365 days) for approved partners only.
LINKEDIN = OAuthFacts(
    authorize="https://www.linkedin.com/oauth/v2/authorization",
    exchange="https://www.linkedin.com/oauth/v2/accessToken",
    revoke="https://www.linkedin.com/oauth/v2/revoke",
    scopes=("openid", "profile", "w_member_social"),
    console="LinkedIn developer portal: your app, Products, Share on LinkedIn",
    pkce=False,
    lifetime=timedelta(days=60),
)

# Pinterest OpenAPI 5.23.0 (2025-12-11): 30 days; refresh tokens of 60 days, each gives a new one.
PINTEREST = OAuthFacts(
    authorize="https://www.pinterest.com/oauth/",
    exchange="/v5/oauth/token",
    scopes=("boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read"),
    console="Pinterest developers: My apps, your app, scopes",
    caller=Caller.BASIC,
    pkce=False,
    comma=True,
    lifetime=timedelta(days=30),
)

# tumblr/docs api.md (2024-10-18): 2,520 s; refresh tokens serve once.
TUMBLR = OAuthFacts(
    authorize="https://www.tumblr.com/oauth2/authorize",
    exchange="/v2/oauth2/token",
    scopes=("basic", "write", "offline_access"),
    console="tumblr.com/oauth/apps: your application",
    pkce=False,
    rotates=True,
    lifetime=timedelta(seconds=2520),
)

# reddit-archive OAuth2 wiki; PRAW 8.0.3: 1 h, permanent refresh tokens.
REDDIT = OAuthFacts(
    authorize="https://www.reddit.com/api/v1/authorize",
    exchange="https://www.reddit.com/api/v1/access_token",
    revoke="https://www.reddit.com/api/v1/revoke_token",
    scopes=("identity", "submit", "read", "history"),
    wished=("edit", "flair"),
    console="reddit.com/prefs/apps: your app (approved under the Responsible Builder Policy)",
    caller=Caller.BASIC,
    pkce=False,
    more={"duration": "permanent"},
    lifetime=timedelta(hours=1),
)

# developers.google.com/identity/protocols/oauth2/native-app: 1 h, long-lived refresh tokens (7
# days while the consent screen is in "Testing"); any port of loopback.
BLOGGER = OAuthFacts(
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    exchange="https://oauth2.googleapis.com/token",
    revoke="https://oauth2.googleapis.com/revoke",
    scopes=("https://www.googleapis.com/auth/blogger",),
    console="Google Cloud console: OAuth consent screen, Data access",
    more={"access_type": "offline", "prompt": "consent"},
    port=0,
    lifetime=timedelta(hours=1),
)

# developers.naver.com/docs/login/api: 1 h; the refresh token stays the same, about a year.
NAVERCAFE = OAuthFacts(
    authorize="https://nid.naver.com/oauth2.0/authorize",
    exchange="https://nid.naver.com/oauth2.0/token",
    method="GET",
    scopes=(),  # chosen in the console
    console="Naver developers: your application, API settings, 카페",
    pkce=False,
    lifetime=timedelta(hours=1),
)

# developers.band.us: about ten years, no refresh.
BAND = OAuthFacts(
    authorize="https://auth.band.us/oauth2/authorize",
    exchange="https://auth.band.us/oauth2/token",
    method="GET",
    scopes=(),  # chosen in the console
    console="BAND developers: My Apps",
    caller=Caller.BASIC,
    pkce=False,
)
