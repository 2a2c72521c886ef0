"""URL identity: which two addresses are the same article."""

import re
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Campaign and click identifiers: they say how a reader came, never what is read.
TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "at_", "hsa_", "__twitter_impression", "oly_", "vero_")
TRACKING_PARAMETERS = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "yclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "_hsenc",
        "_hsmi",
        "ncid",
        "cmpid",
        "cmp",
        "ocid",
        "ito",
        "xtor",
        "smid",
        "smtyp",
        "partner",
        "ref_src",
        "ref_url",
        "rss",
        "feedtype",
        "ftag",
        "cid",
        "spm",
        "src_campaign",
        "traffic_source",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "ns_mchannel",
        "ns_source",
        "ns_campaign",
        "ns_linkname",
        "ns_fee",
        "wt_mc",
        "wt.mc_id",
        "sr_share",
        "s_cid",
        "s_kwcid",
        "ef_id",
        "_ga",
        "_gl",
        "twclid",
        "ttclid",
        "li_fat_id",
        "taid",
        "__tw",
    ]
)
# Mobile and amplified pages of one article have the same text.
SAME_ARTICLE_HOST_PREFIXES = ("www.", "m.", "amp.", "mobile.")
MAX_URL_CHARS = 4096
NOT_IN_HOSTS = re.compile(r'[\s<>"\\^`{|}]')


class BadUrl(ValueError):  # noqa: N818 - the refusal's name
    """The address cannot name an article; the message says why."""


def absolute_url(base: str, link: str) -> str:
    """Resolve `link` as found in a document at `base`; raise BadUrl unless the result is http(s)."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadUrl(f"not a web address: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise BadUrl(f"only http and https are read, not {parts.scheme or 'an address without scheme'}")
    if not parts.hostname:
        raise BadUrl("the address names no host")
    if NOT_IN_HOSTS.search(parts.hostname):
        raise BadUrl(f"no host can be called '{parts.hostname[:100]}'")
    if len(url) > MAX_URL_CHARS:
        raise BadUrl(f"the address is longer than {MAX_URL_CHARS} characters")
    return url


def canonical_url(url: str) -> str:
    """The form under which two addresses of one article are equal. For comparison only, never for fetching.

    Scheme, `www.`/`m.`/`amp.` host prefixes, tracking parameters, the fragment, parameter order and a trailing
    slash are dropped; everything else may name a different article and stays.
    """
    parts = urlsplit(canonicalize_url(absolute_url(url, url), keep_fragments=False))
    host = (parts.hostname or "").rstrip(".")
    for prefix in SAME_ARTICLE_HOST_PREFIXES:
        # "m.com" is a host of its own: something with a dot must be left.
        if host.startswith(prefix) and "." in host.removeprefix(prefix):
            host = host.removeprefix(prefix)
            break
    if ":" in host:
        host = f"[{host}]"
    default_port = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if parts.port in (None, default_port) else f"{host}:{parts.port}"
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not is_tracking(k)]
    path = parts.path.rstrip("/") or "/"
    return urlunsplit(("https", netloc, path, urlencode(kept), ""))


def is_tracking(parameter: str) -> bool:
    """Whether a query parameter only says how the reader came."""
    name = parameter.casefold()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def article_id(url: str) -> str:
    """Stable id of the article at `url`: equal for all addresses with the same canonical form."""
    return "art-" + sha256(canonical_url(url).encode()).hexdigest()[:32]


def article_id_without_url(source_id: str, guid: str) -> str:
    """Stable id for an entry that has no address: its guid within its source."""
    return "art-" + sha256(f"{source_id}\n{guid}".encode()).hexdigest()[:32]


def host_of(url: str) -> str:
    """Host and port that politeness counts requests against, in lower case."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{(parts.hostname or '').lower()}{port}"


def site_of(url: str) -> str:
    """Host without its common prefix: a page's claim about its own address is believed only within its site."""
    host = (urlsplit(url).hostname or "").lower()
    for prefix in SAME_ARTICLE_HOST_PREFIXES:
        if host.startswith(prefix):
            return host.removeprefix(prefix)
    return host
