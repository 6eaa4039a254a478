document.title = 'Parley console';
