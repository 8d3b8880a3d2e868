package org.ppl4j.examples.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonElement;

/**
 * What a request is answered.
 *
 * @param type the media type of the body
 * @param headers others than of the body
 * @param body at least one byte
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HttpResponse(int status, String type, ImmutableMap<String, String> headers, byte[] body) {

  /** Of status 200. */
  static HttpResponse ok(String type, String text) {
    return new HttpResponse(200, type, ImmutableMap.of(), text.getBytes(UTF_8));
  }

  /** Of status 200. */
  static HttpResponse ok(JsonElement json) {
    return ok("application/json", JsonText.text(json));
  }
}
