package org.ppl4j.tensor.internal.table;

import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A public method that a function of numbers is, so that generated code can call it.
 *
 * @param owner its class, as code names it
 * @param type of its arguments and result, likewise
 */
public record StaticMethod(String owner, String name, String type) {

  /** Null for a function that is no such method. */
  static @Nullable StaticMethod of(NumberFunction function) {
    try {
      Method writing = function.getClass().getDeclaredMethod("writeReplace");
      writing.setAccessible(true);
      SerializedLambda lambda = (SerializedLambda) writing.invoke(function);
      Class<?> owner = Class.forName(lambda.getImplClass().replace('/', '.'));
      boolean isCallable =
          lambda.getImplMethodKind() == MethodHandleInfo.REF_invokeStatic
              && Modifier.isPublic(owner.getModifiers())
              && Arrays.stream(owner.getMethods())
                  .anyMatch(method -> method.getName().equals(lambda.getImplMethodName()));
      return isCallable
          ? new StaticMethod(
              lambda.getImplClass(), lambda.getImplMethodName(), lambda.getImplMethodSignature())
          : null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("function " + function + " says nothing of its method", e);
    }
  }
}
