#pragma once
// each_linked: visits the elements of an IntrusiveList in order, once each, while the visit may
// take any of them out of the list or destroy it.
//
//   each_linked(list, [&](Flow& flow) { flow.heal(); });
//
// Elements that are added during the visit are not visited.

#include "base/intrusive_list.hpp"

namespace weir::sim::internal {

template <class T, class Visit>
void each_linked(IntrusiveList<T>& list, Visit visit) {
  IntrusiveList<T> left;
  while (!list.empty()) {
    T& element = list.front();
    element.unlink();
    left.push_back(element);
  }
  while (!left.empty()) {
    T& element = left.front();
    element.unlink();
    list.push_back(element);
    visit(element);
  }
}

}  // namespace weir::sim::internal
