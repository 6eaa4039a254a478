-- The peer of npm run bench: sign-ins with a plain password, no rate limits, its own files, its faster collector.
-- @RUN@, @PORT@ and @ARCHIVE@ are filled in by spec/load/xmpp-crowd.ts.
run_as_root = true
data_path = "@RUN@/data"
pidfile = "@RUN@/prosody.pid"
log = { warn = "@RUN@/prosody.log" }
network_backend = "epoll"
network_settings = { tcp_backlog = 1024, max_connections = 100000 }
gc = { mode = "generational" }
modules_enabled = { "roster", "saslauth", "disco", "ping", "presence", "message", "iq"@ARCHIVE@ }
modules_disabled = { "s2s", "offline", "tls" }
default_archive_policy = true
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
limits = {}
c2s_ports = { @PORT@ }
c2s_interfaces = { "127.0.0.1" }
c2s_direct_tls_ports = {}
s2s_ports = {}
http_ports = {}
https_ports = {}
c2s_timeout = 600
VirtualHost "example.test"
