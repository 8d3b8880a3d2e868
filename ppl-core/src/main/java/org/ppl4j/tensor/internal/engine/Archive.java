package org.ppl4j.tensor.internal.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The TorchScript module that holds what the engine's Java side lacks, written as an archive at
 * start-up: a zip of stored entries, namely the source, an empty object and an empty tuple of
 * constants as pickles, and the format's version.
 */
final class Archive {

  /** Pickle: protocol 2, an object of class {@code __torch__.M} with {@code training = True}. */
  private static final byte[] OBJECT = pickle("c__torch__\nM\n)\u0081}(X\b\0\0\0training\u0088ub.");

  /** Pickle: protocol 2, the empty tuple. */
  private static final byte[] NO_CONSTANTS = pickle(").");

  private Archive() {}

  /** The archive of a module with these methods, each the text of a {@code def}. */
  static InputStream of(List<String> methods) {
    StringBuilder source =
        new StringBuilder(
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
    for (String method : methods) {
      source.append(method.indent(2));
    }
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(archive)) {
      store(zip, "m/data.pkl", OBJECT);
      store(zip, "m/code/__torch__.py", source.toString().getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", NO_CONSTANTS);
      store(zip, "m/version", bytes("3\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ByteArrayInputStream(archive.toByteArray());
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] pickle(String body) {
    return bytes("\u0080\u0002" + body);
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }
}
