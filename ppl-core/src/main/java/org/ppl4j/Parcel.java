package org.ppl4j;

import static com.google.common.base.Preconditions.checkNotNull;

import com.google.common.collect.ImmutableSortedMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A program, what is made of programs, or data as bytes, for another JVM of the same job: executors
 * of a cluster. It is Java's serialization and runs the code of both sides, so it is never written
 * to files, and never read from somebody who is not trusted.
 *
 * <pre>{@code
 * Parcel<Program<Rows>> model = Parcel.ofCode(MODEL);
 * Parcel<Rows> rows = Parcel.ofData(data);
 * // there
 * Nuts.of(model.open()).run(rows.open());
 * }</pre>
 *
 * <p>Programs travel as serialized lambdas with what they have captured. Records, data classes (see
 * {@link BoundData}), optionals, shapes and devices travel without being serializable. Tensors of
 * data travel as their numbers and come back without a manager, so that nothing is to be closed. A
 * program may hold such tensors ({@link org.ppl4j.tensor.Tensors#vector}); those of a manager are
 * refused, as is all else that belongs to one JVM.
 *
 * <p>It knows the jars of the classes that it holds by a hash of their classes, and is opened only
 * where they are the same.
 *
 * @param <T> what it holds
 */
public final class Parcel<T extends @Nullable Object> implements Serializable {

  private static final long serialVersionUID = 1;

  private final byte[] bytes;
  private final ImmutableSortedMap<String, String> jars;
  private transient volatile boolean isChecked;

  private Parcel(byte[] bytes, ImmutableSortedMap<String, String> jars) {
    this.bytes = bytes;
    this.jars = jars;
  }

  /**
   * Of a program, a sampler, a function: whatever holds no tensors of a manager.
   *
   * @throws IllegalArgumentException if something that it holds cannot travel: the message names it
   */
  public static <T> Parcel<T> ofCode(T code) {
    return of(checkNotNull(code, "code"), false);
  }

  /**
   * Of data, whose tensors travel as their numbers.
   *
   * @throws IllegalArgumentException if something that they hold cannot travel: the message names
   *     it
   */
  public static <T extends @Nullable Object> Parcel<T> ofData(T data) {
    return of(data, true);
  }

  private static <T extends @Nullable Object> Parcel<T> of(T content, boolean isData) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ParcelWriter writer = new ParcelWriter(bytes, isData)) {
      writer.writeObject(content);
      writer.flush();
      return new Parcel<>(bytes.toByteArray(), ClassHash.ofJars(writer.classes()));
    } catch (ParcelWriter.Refusal refused) {
      throw new IllegalArgumentException(HeldPath.words(content, refused), refused);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot travel: %s".formatted(content, e.getMessage()), e);
    }
  }

  /**
   * What it holds, made anew at each call.
   *
   * @throws IllegalStateException if a class is not to be found here, or is of another jar
   */
  @SuppressWarnings("unchecked") // as it was written
  public T open() {
    ClassLoader loader = loader();
    if (!isChecked) {
      ClassHash.check(jars, loader);
      isChecked = true;
    }
    try (ParcelReader reader = new ParcelReader(new ByteArrayInputStream(bytes), loader)) {
      return (T) reader.readObject();
    } catch (ClassNotFoundException e) {
      throw ClassHash.notFound(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new IllegalStateException(
          "a parcel cannot be opened: %s; make it anew".formatted(e.getMessage()), e);
    }
  }

  private static ClassLoader loader() {
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    return ofThread == null ? checkNotNull(Parcel.class.getClassLoader()) : ofThread;
  }

  /** How many bytes it has. */
  public int size() {
    return bytes.length;
  }

  /** Its size and the classes whose jars it knows. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Parcel(%,d bytes, jars of %s)", size(), jars.keySet());
  }
}
