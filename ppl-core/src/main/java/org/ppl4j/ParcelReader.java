package org.ppl4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;

/** Reads what {@link ParcelWriter} wrote. */
final class ParcelReader extends ObjectInputStream {

  private final ClassLoader loader;

  ParcelReader(InputStream from, ClassLoader loader) throws IOException {
    super(from);
    this.loader = loader;
    enableResolveObject(true);
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass of) throws IOException, ClassNotFoundException {
    try {
      return Class.forName(of.getName(), false, loader);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(of); // primitive types
    }
  }

  @Override
  protected Object resolveObject(Object object) {
    return object instanceof ParcelForm form ? form.restored() : object;
  }
}
