package org.ppl4j.tensor.internal.around;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.ppl4j.tensor.internal.engine.PyTorch;

/**
 * What the methods of a class do, as its class file says.
 *
 * @param bodies by name and descriptor
 */
record ClassCode(ImmutableMap<String, Body> bodies) {

  /**
   * What one method does that matters here.
   *
   * @param reads fields
   * @param calls methods, in whatever way
   * @param makes internal names of classes
   * @param lambdas functions that it makes
   * @param passed methods that are given an array of numbers which the method has not made
   * @param readsArrays whether it reads elements of arrays of numbers
   * @param unknown what it does that cannot be followed
   */
  record Body(
      ImmutableList<Member> reads,
      ImmutableList<Call> calls,
      ImmutableList<String> makes,
      ImmutableList<Lambda> lambdas,
      ImmutableList<Member> passed,
      boolean readsArrays,
      ImmutableList<String> unknown) {}

  /**
   * A call.
   *
   * @param isVirtual whether a class below may have another method
   */
  record Call(Member method, boolean isVirtual) {}

  /**
   * A function that code makes of a method.
   *
   * @param type the descriptor: what is captured, and the interface
   */
  record Lambda(String type, Call method) {}

  /** That of a class, which is read once; empty if it has no file that can be read. */
  static Optional<ClassCode> of(Class<?> type) {
    PyTorch engine = PyTorch.get();
    if (engine.kept(type) instanceof ClassCode known) {
      return Optional.of(known);
    }
    Optional<ClassCode> made = read(type);
    made.ifPresent(code -> engine.keep(type, code));
    return made;
  }

  private static Optional<ClassCode> read(Class<?> type) {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      ImmutableMap.Builder<String, Body> bodies = ImmutableMap.builder();
      new ClassReader(in.readAllBytes())
          .accept(
              new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(
                    int access,
                    String name,
                    String descriptor,
                    @Nullable String signature,
                    String @Nullable [] exceptions) {
                  boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
                  return new BodyReader(
                      isStatic, descriptor, body -> bodies.put(name + descriptor, body));
                }
              },
              ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      return Optional.of(new ClassCode(bodies.buildOrThrow()));
    } catch (IOException | IllegalArgumentException e) { // no class file that is known
      return Optional.empty();
    }
  }
}
