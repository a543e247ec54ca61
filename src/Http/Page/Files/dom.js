// Makes elements. Text is always text: nothing here or elsewhere parses HTML.

const svgNamespace = 'http://www.w3.org/2000/svg';

/** Makes an HTML element: h('p', { class: 'quiet' }, 'text', child, ...). Attributes that are null or false are left out; functions are listeners. */
export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** Makes an SVG element. */
export function s(name, attributes, ...children) {
  return fill(document.createElementNS(svgNamespace, name), attributes, children);
}

/** Sets an element's text, if it is another: what has not changed is not announced and does not lose a selection. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') {
      element.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }

  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}
