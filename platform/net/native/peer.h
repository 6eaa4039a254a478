/* A peer is 24 bytes: 16 of address (4 for IPv4), 4 of scope id in host order, 1 of family (4 or 6), 3 unused. Included by
 * udp-batch.c and udp-hub.c. */
#ifndef PEER_H
#define PEER_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum { PEER_BYTES = 24 };

static void write_peer(uint8_t *peer, const void *address, int family, uint32_t scope) {
  /* What a dual-stack socket shows as ::ffff:a.b.c.d is IPv4 (RFC 4291 §2.5.5.2). */
  if (family == 6 && IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)address)) {
    address = (const uint8_t *)address + 12;
    family = 4;
  }
  memcpy(peer, address, family == 4 ? 4 : 16);
  memcpy(peer + 16, &scope, 4);
  peer[20] = (uint8_t)family;
}

static socklen_t read_peer(const uint8_t *peer, uint16_t port, bool to_ipv6, struct sockaddr_storage *name) {
  memset(name, 0, sizeof *name);
  if (!to_ipv6) {
    struct sockaddr_in *in = (struct sockaddr_in *)name;
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    memcpy(&in->sin_addr, peer, 4);
    return sizeof *in;
  }
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)name;
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(port);
  if (peer[20] == 4) {
    in6->sin6_addr.s6_addr[10] = in6->sin6_addr.s6_addr[11] = 0xff;
    memcpy(&in6->sin6_addr.s6_addr[12], peer, 4);
  } else {
    memcpy(&in6->sin6_addr, peer, 16);
    memcpy(&in6->sin6_scope_id, peer + 16, 4);
  }
  return sizeof *in6;
}
#endif
